#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# report_browser.sh REPORT_PAGE PLAN_PAGE_OF AUTOJAIL EXAMPLE: reports of explorations and of plans
# of 1 to 17 cells, and the plan of an example, as a browser shows them. The pictures are there, no text of a picture hides another or leaves it, nothing is
# loaded from elsewhere, no foreign name becomes a script, and the page is no wider than its window.
# Skipped without chromium.
set -eu
report_page=$1
plan_page_of=$2
autojail=$3
example=$4
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The page forbids all scripts, so that this one needs a page without that.
cat >"$work/judge.html" <<'END'
<script>
window.alert = function () { document.body.dataset.alert = "yes"; };
window.onload = function () {
    var wrong = [];
    function over(a, b) {
        return Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 &&
               Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
    }
    var pictures = Array.from(document.querySelectorAll("figure > svg"));
    pictures.forEach(function (svg) {
        var frame = svg.getBoundingClientRect();
        if (frame.width < 200 || frame.height < 40 || !svg.getAttribute("aria-label"))
            wrong.push("a picture of " + frame.width + " x " + frame.height);
        /* Boxes of lines are higher than their letters. */
        var scale = frame.width / svg.viewBox.baseVal.width;
        var boxes = Array.from(svg.querySelectorAll("text")).map(function (text) {
            var b = text.getBoundingClientRect(), less = 2 * scale;
            var up = text.hasAttribute("transform");
            return { left: b.left + (up ? less : 0), right: b.right - (up ? less : 0),
                     top: b.top + (up ? 0 : less), bottom: b.bottom - (up ? 0 : less),
                     text: text.textContent };
        });
        boxes.forEach(function (a, i) {
            if (a.left < frame.left - 1 || a.right > frame.right + 1 ||
                a.top < frame.top - 1 || a.bottom > frame.bottom + 1)
                wrong.push("'" + a.text + "' leaves its picture");
            boxes.slice(0, i).forEach(function (b) {
                if (over(a, b))
                    wrong.push("'" + a.text + "' hides '" + b.text + "'");
            });
        });
    });
    if (document.scripts.length !== 1 || document.body.dataset.alert)
        wrong.push("a script of the page");
    if (performance.getEntriesByType("resource").length !== 0)
        wrong.push("something is loaded");
    if (document.documentElement.scrollWidth > window.innerWidth)
        wrong.push("the page is " + document.documentElement.scrollWidth + " wide");
    var verdict = document.createElement("pre");
    verdict.textContent = "pictures: " + pictures.length + " wrong: " + wrong.length + "\n" +
                          wrong.join("\n") + "\nend of the verdict";
    document.body.appendChild(verdict);
};
</script>
END

browse() {
    timeout 100 "$chromium" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --user-data-dir="$work/profile" --hide-scrollbars "$@" 2>"$work/log" || {
        cat "$work/log" >&2
        exit 1
    }
}

# look NAME PICTURES WIDTH: at page.html
look() {
    sed -e '/http-equiv="Content-Security-Policy"/d' -e '/^<style>$/,/^<\/style>$/b' \
        -e "/^<\/head>/{
r $work/judge.html
}" "$work/page.html" >"$work/judged.html"
    browse --window-size="$3,2000" --dump-dom "file://$work/judged.html" >"$work/dom"
    if ! grep -q "pictures: $2 wrong: 0$" "$work/dom"; then
        sed -n '/pictures: /,/end of the verdict/p' "$work/dom" >&2
        echo "FAILED: $1 at $3 pixels" >&2
        exit 1
    fi
}

# report NAME PICTURES WIDTH
report() {
    "$report_page" "$1" >"$work/page.html"
    look "$@"
}

report typical 3 1000
report typical 3 420
report large 3 1200
report hostile 3 1000
report overflow 2 1000
report undecided 2 1000
report zero 2 1000
report one 2 800
report empty 0 1000

(cd "$example" && "$autojail" config -o "$work/plan" >/dev/null 2>&1)
cp "$work/plan/report.html" "$work/page.html"
look plan 3 1000

for guests in 0 1 2 3 4 5 6 8 11 16; do
    "$plan_page_of" $guests >"$work/page.html"
    look "$guests guests" $((guests > 0 ? 3 : 2)) 1000
done

# The page as it is, with its ban of scripts, is painted.
"$report_page" typical >"$work/page.html"
browse --window-size=1000,1500 --screenshot="$work/page.png" "file://$work/page.html" >/dev/null
size=$(wc -c <"$work/page.png")
[ "$size" -gt 50000 ] || {
    echo "FAILED: a screenshot of $size bytes" >&2
    exit 1
}
