//! What the shop's pages show.

use super::flaws::{Flaw, Flaws};

pub(super) const STYLE: &str = "body{font:1rem/1.5 system-ui;margin:0 auto;max-width:60rem;padding:1rem;color:#222}nav a{margin-right:1rem}\
    .products{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:1rem;list-style:none;padding:0}\
    table{border-collapse:collapse}th,td{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #ddd}";

pub(super) const PICTURE: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 80 60'><rect width='80' height='60' fill='#d9e4dd'/>\
    <circle cx='40' cy='30' r='18' fill='#57776a'/></svg>";

/// Products: name, picture, price, what it is.
const PRODUCTS: [(&str, &str, &str, &str); 8] = [
    (
        "Earl Grey",
        "tea",
        "8.90",
        "Black tea with bergamot, 100 g.",
    ),
    ("Green Sencha", "tea", "11.50", "Japanese green tea, 100 g."),
    (
        "Rooibos",
        "tea",
        "7.20",
        "Red bush tea without caffeine, 100 g.",
    ),
    ("Peppermint", "tea", "5.40", "Whole leaves, 50 g."),
    (
        "The Tea Atlas",
        "book",
        "34.00",
        "Where tea grows, in 60 maps.",
    ),
    (
        "Brewing at Home",
        "book",
        "19.00",
        "Temperatures, times, water.",
    ),
    (
        "Cups and Pots",
        "book",
        "27.00",
        "A short history of the table.",
    ),
    ("Letters from Assam", "book", "16.00", "A travel diary."),
];

const POSTS: [(&str, &str); 3] = [
    ("first-flush", "First flush is here"),
    ("cold-brew", "How to brew cold"),
    ("new-packaging", "Our new packaging"),
];

/// The page at this path.
pub(super) fn page(path: &str, flaws: &Flaws) -> Option<String> {
    let frame = |title: &str, body: &str| Some(frame(title, body, flaws));
    match path {
        "/" => frame("Northwind shop", &home(flaws)),
        "/products" => frame("Products", &products(flaws)),
        "/about" => frame(
            "About us",
            "<h1>About us</h1><p>Tea and books since 1998.</p><p><a href='/old-catalogue'>Our old catalogue</a></p>",
        ),
        "/delivery" => {
            let title = if flaws.has(Flaw::TitleMissing) {
                ""
            } else {
                "Delivery"
            };
            frame(title, "<h1>Delivery</h1><p>Two to four working days.</p>")
        }
        "/contact" => frame("Contact", &contact(flaws)),
        "/sale" => frame("Sale", &sale(flaws)),
        "/blog" => frame("Blog", &blog()),
        "/checkout" => frame("Checkout", CHECKOUT),
        _ => match path.trim_start_matches('/').split_once('/')? {
            ("products", number) => frame_product(number, flaws),
            ("blog", name) => {
                let (_, title) = POSTS.iter().find(|(key, _)| *key == name)?;
                let level = if flaws.has(Flaw::HeadingOrder) {
                    "h4"
                } else {
                    "h2"
                };
                frame(
                    title,
                    &format!("<h1>{title}</h1><{level}>In short</{level}><p>Come and taste.</p>"),
                )
            }
            _ => None,
        },
    }
}

/// The page for addresses that lead nowhere.
pub(super) fn not_found(flaws: &Flaws) -> String {
    frame("Not found", "<h1>Not found</h1>", flaws)
}

fn frame(title: &str, body: &str, flaws: &Flaws) -> String {
    let lang = if flaws.has(Flaw::LangMissing) {
        ""
    } else {
        " lang=en"
    };
    let zoom = if flaws.has(Flaw::ZoomDisabled) {
        ", user-scalable=no"
    } else {
        ""
    };
    let integrity = if flaws.has(Flaw::SubresourceIntegrity) {
        ""
    } else {
        " integrity='sha384-oqVuAfXRKap7fdgcCY5uykM6R9GqQ8K' crossorigin=anonymous"
    };
    let tracker = if flaws.has(Flaw::Trackers) {
        "<img src='https://tracker.example/pixel.gif' alt='' width=1 height=1>"
    } else {
        ""
    };
    let basket = if flaws.has(Flaw::LinkNames) {
        "<a href='/checkout'><i class=basket></i></a>"
    } else {
        "<a href='/checkout'>Basket</a>"
    };
    let title = if title.is_empty() {
        String::new()
    } else {
        format!("<title>{title} - Northwind shop</title>")
    };
    format!(
        "<!doctype html><html{lang}><head><meta charset=utf-8>{title}<meta name=viewport content='width=device-width, initial-scale=1{zoom}'>\
         <link rel=stylesheet href='/assets/shop.css'><script src='/assets/shop.js' defer></script>\
         <script src='https://cdn.example/reviews.js' defer{integrity}></script></head><body>\
         <nav><a href='/'>Home</a><a href='/products'>Products</a><a href='/sale'>Sale</a><a href='/blog'>Blog</a><a href='/about'>About</a>\
         <a href='/delivery'>Delivery</a><a href='/contact'>Contact</a>{basket}<a href='/account'>My account</a><a href='/admin'>Staff</a></nav>\
         <main>{body}</main>{tracker}</body></html>"
    )
}

fn picture(index: usize, flaws: &Flaws) -> String {
    let Some((name, kind, ..)) = PRODUCTS.get(index) else {
        return String::new();
    };
    let alt = if flaws.has(Flaw::AlternativeText) {
        String::new()
    } else {
        format!(" alt='{name}'")
    };
    format!("<img src='/assets/{kind}.svg' width=160 height=120{alt}>")
}

fn home(flaws: &Flaws) -> String {
    let gone = if flaws.has(Flaw::BrokenLinks) {
        "<p><a href='/summer-offers'>Summer offers</a></p>"
    } else {
        ""
    };
    format!(
        "<h1>Tea and books</h1><p>Welcome.</p>{gone}<h2>New</h2>{}",
        list(0..3, flaws)
    )
}

fn products(flaws: &Flaws) -> String {
    format!("<h1>Products</h1>{}", list(0..PRODUCTS.len(), flaws))
}

fn list(range: std::ops::Range<usize>, flaws: &Flaws) -> String {
    let items = range
        .filter_map(|index| PRODUCTS.get(index).map(|product| (index, product)))
        .map(|(index, (name, _, price, _))| {
            format!(
                "<li>{}<br><a href='/products/{}'>{name}</a> {price}</li>",
                picture(index, flaws),
                index + 1
            )
        })
        .collect::<Vec<_>>()
        .concat();
    format!("<ul class=products>{items}</ul>")
}

fn frame_product(number: &str, flaws: &Flaws) -> Option<String> {
    let index = number.parse::<usize>().ok()?.checked_sub(1)?;
    let (name, _, price, about) = PRODUCTS.get(index)?;
    let body = format!(
        "<h1>{name}</h1>{}<p>{about}</p><p>{price}</p><p><a href='/cart/add?product={number}&add=1'>Put into the basket</a></p>",
        picture(index, flaws)
    );
    Some(frame(name, &body, flaws))
}

fn contact(flaws: &Flaws) -> String {
    let fields = if flaws.has(Flaw::ControlLabels) {
        "<input name=name placeholder=Name><input name=mail type=email placeholder=E-mail><textarea name=text></textarea>"
    } else {
        "<label>Name <input name=name></label><label>E-mail <input name=mail type=email></label><label>Message <textarea name=text></textarea></label>"
    };
    format!(
        "<h1>Contact</h1><p>Write to hello@shop.northwind.example or use the form.</p><form method=post action='/contact/send'>{fields}<button>Send</button></form>"
    )
}

fn sale(flaws: &Flaws) -> String {
    let colour = if flaws.has(Flaw::InlineContrast) {
        "#b5b5b5"
    } else {
        "#333333"
    };
    format!(
        "<h1>Sale</h1><p style='color:{colour};background-color:#ffffff'>Up to 20 % off until Sunday.</p>{}",
        list(3..7, flaws)
    )
}

fn blog() -> String {
    let items = POSTS
        .iter()
        .map(|(key, title)| format!("<li><a href='/blog/{key}'>{title}</a></li>"))
        .collect::<Vec<_>>()
        .concat();
    format!("<h1>Blog</h1><ul>{items}</ul>")
}

const CHECKOUT: &str = "<h1>Checkout</h1><form method=post action='/checkout/pay'><label>Card number <input name=card inputmode=numeric autocomplete=cc-number></label><button>Pay</button></form>";
