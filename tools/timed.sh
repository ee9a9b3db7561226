#!/bin/sh
# Cargo runs a test program through this; it asks for the time of each test. Only that option of the test library is unstable, and
# asking for it does not touch how anything is built.
RUSTC_BOOTSTRAP=1 exec "$@" -Zunstable-options --report-time
