//! When a stream counts as live, when it is opened again, and when pages ask by themselves meanwhile; milliseconds of one clock.

/// How long a message may be late, and a stream that broke away.
const GRACE: f64 = 5_000.0;
/// How long a stream that was asked for may take to say its first word.
const PATIENCE: f64 = 15_000.0;
/// How often pages ask while nothing tells them.
const POLL: f64 = 10_000.0;
const LONGEST_WAIT: f64 = 30_000.0;

/// What a page may say about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The stream was asked for and has not answered yet.
    Opening,
    /// A message came, and the next is not due yet.
    Live,
    /// Nothing comes by itself; pages ask every ten seconds.
    Lost,
}

/// What is to be done now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Todo {
    /// Close the stream, if there is one, and open another.
    pub open: bool,
    /// Have everything that is shown ask again.
    pub ask: bool,
}

/// A stream as seen by the clock.
#[derive(Clone, Debug)]
pub struct Watch {
    state: State,
    sure_until: f64,
    open_at: f64,
    ask_at: f64,
    tries: i32,
}

impl Watch {
    /// A stream that is to be opened.
    pub const fn new(now: f64) -> Self {
        Self {
            state: State::Opening,
            sure_until: now + GRACE,
            open_at: now,
            ask_at: f64::INFINITY,
            tries: 0,
        }
    }

    /// What the page may say.
    pub const fn state(&self) -> State {
        self.state
    }

    /// A message came; the next comes within so many milliseconds.
    pub fn heard(&mut self, now: f64, beat: f64) {
        self.state = State::Live;
        self.sure_until = now + beat + GRACE;
        self.open_at = self.sure_until;
        self.tries = 0;
    }

    /// The stream broke. One that is back within five seconds was never away.
    pub fn broke(&mut self, now: f64) {
        self.sure_until = self.sure_until.min(now + GRACE);
        self.open_at = now + (1_000.0 * 2.0_f64.powi(self.tries.min(5))).min(LONGEST_WAIT);
        self.tries += 1;
    }

    /// The browser has no network.
    pub const fn offline(&mut self, now: f64) {
        self.sure_until = now;
    }

    /// There is a network again: what is open may be dead, and anything may have changed.
    pub const fn online(&mut self, now: f64) {
        self.open_at = now;
        self.ask_at = now;
        self.tries = 0;
    }

    /// Looks at the clock; about once a second, and late after sleep.
    pub fn tick(&mut self, now: f64) -> Todo {
        let mut todo = Todo::default();
        if self.state != State::Lost && now >= self.sure_until {
            self.state = State::Lost;
            self.ask_at = now;
        }
        if now >= self.open_at {
            self.open_at = now + PATIENCE;
            todo.open = true;
        }
        if now >= self.ask_at {
            self.ask_at = if self.state == State::Lost {
                now + POLL
            } else {
                f64::INFINITY
            };
            todo.ask = true;
        }
        todo
    }
}

#[cfg(test)]
mod tests {
    use super::{State, Todo, Watch};

    const BEAT: f64 = 10_000.0;
    const NOTHING: Todo = Todo {
        open: false,
        ask: false,
    };

    fn live() -> Watch {
        let mut watch = Watch::new(0.0);
        assert!(watch.tick(0.0).open);
        assert_eq!(watch.state(), State::Opening, "nothing was heard yet");
        watch.heard(100.0, BEAT);
        assert_eq!(watch.state(), State::Live);
        watch
    }

    #[test]
    fn a_stream_is_live_only_until_its_next_message_is_due() {
        let mut watch = live();
        assert_eq!(watch.tick(15_000.0), NOTHING);
        let mut beaten = watch.clone();
        beaten.heard(10_100.0, BEAT);
        assert_eq!(
            (beaten.tick(25_000.0), beaten.state()),
            (NOTHING, State::Live)
        );
        // A muted proxy or a connection half open: nobody says that it broke.
        assert_eq!(
            watch.tick(15_100.0),
            Todo {
                open: true,
                ask: true
            }
        );
        assert_eq!(watch.state(), State::Lost);
    }

    #[test]
    fn a_computer_that_slept_asks_at_once() {
        let mut watch = live();
        assert_eq!(
            watch.tick(8.0 * 3_600_000.0),
            Todo {
                open: true,
                ask: true
            }
        );
        assert_eq!(watch.state(), State::Lost);
    }

    #[test]
    fn a_stream_that_is_back_at_once_was_never_away() {
        let mut watch = live();
        watch.broke(1_000.0);
        assert_eq!(watch.tick(1_500.0), NOTHING);
        assert_eq!(
            watch.tick(2_000.0),
            Todo {
                open: true,
                ask: false
            }
        );
        watch.heard(2_100.0, BEAT);
        assert_eq!((watch.tick(6_500.0), watch.state()), (NOTHING, State::Live));
    }

    #[test]
    fn a_stream_that_stays_away_is_tried_ever_less_and_pages_ask_every_ten_seconds() {
        let mut watch = live();
        let (mut opened, mut asked) = (0, 0);
        watch.broke(200.0);
        for second in 1..=300_u32 {
            let now = f64::from(second) * 1_000.0;
            let todo = watch.tick(now);
            asked += u32::from(todo.ask);
            if todo.open {
                opened += 1;
                watch.broke(now);
            }
            assert_eq!(watch.state() == State::Lost, second > 5, "{second}");
        }
        assert_eq!(asked, 30);
        assert!((8..=16).contains(&opened), "{opened}");
    }

    #[test]
    fn losing_the_network_is_said_at_once_and_its_return_used_at_once() {
        let mut watch = live();
        watch.offline(500.0);
        watch.tick(500.0);
        assert_eq!(watch.state(), State::Lost);
        watch.online(700.0);
        assert_eq!(
            watch.tick(700.0),
            Todo {
                open: true,
                ask: true
            }
        );
    }
}
