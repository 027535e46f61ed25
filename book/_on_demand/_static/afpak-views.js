/* Views to choose and hover in, drawn by Vega (BSD) under the still figure of the page, when a reader asks for one. */
(function () {
  "use strict";

  // Each block of a page brings this script along; it works once.
  if (window.afpakViews) { return; }
  window.afpakViews = true;

  var here = document.currentScript.src;
  var SCRIPTS = ["vendor/vega-6.4.0.min.js", "vendor/vega-lite-6.4.1.min.js", "vendor/vega-embed-7.3.0.min.js"];
  var loaded = null, made = 0;

  function load() {
    loaded = loaded || SCRIPTS.reduce(function (before, name) {
      return before.then(function () {
        return new Promise(function (done, failed) {
          var script = document.createElement("script");
          script.src = new URL(name, here).href;
          script.onload = done;
          script.onerror = function () { failed(new Error(name)); };
          document.head.append(script);
        });
      });
    }, Promise.resolve());
    return loaded;
  }

  function element(name, properties, children) {
    var one = Object.assign(document.createElement(name), properties || {});
    one.append.apply(one, children || []);
    return one;
  }

  function marked(mark, colour) {
    var one = element("span", { className: "afpak-view-mark", textContent: mark });
    one.setAttribute("aria-hidden", "true");
    one.style.color = colour;
    return one;
  }

  function has(value, chosen) {
    return Array.isArray(value) ? value.some(function (one) { return chosen.has(one); }) : chosen.has(value);
  }

  function set(target, path, value) {
    path.slice(0, -1).forEach(function (step) { target = target[step]; });
    target[path[path.length - 1]] = value;
  }

  function prepare(block) {
    var held = JSON.parse(block.querySelector(".afpak-view-held").textContent);
    var controls = held.controls.map(function (control) {
      return Object.assign({}, control, { now: new Set(control.chosen) });
    });
    var steps = [], at = -1, drawn = null, wanted = 0, name = "afpak-view-" + (made += 1);

    var open = element("button", { type: "button", className: "afpak-view-open", textContent: "Explore this figure" });
    var panel = element("div", { id: name, className: "afpak-view-panel", hidden: true });
    open.setAttribute("aria-expanded", "false");
    open.setAttribute("aria-controls", name);
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", held.caption);
    var choices = element("div", { className: "afpak-view-choices" });
    var chart = element("div", { className: "afpak-view-chart" });
    var told = element("p", { className: "afpak-view-told" });
    told.setAttribute("role", "status");
    var back = element("button", { type: "button", textContent: "Previous" });
    var next = element("button", { type: "button", textContent: "Next" });
    var key = element("p", { className: "afpak-view-key" }, held.key.map(function (one) {
      return element("span", {}, [marked(one.mark, one.colour), " " + one.word + " "]);
    }));
    var notes = element("ul", { className: "afpak-view-notes" });
    panel.append(element("p", { className: "afpak-view-caption", textContent: held.caption }), choices, key, chart,
      element("div", { className: "afpak-view-steps" }, [back, next]), told, notes);
    block.prepend(open, panel);

    function kept(row) {
      return controls.every(function (control) {
        return control.act !== "keep" || !control.field || !(control.field in row) || has(row[control.field], control.now);
      });
    }

    function lit(row) {
      return controls.every(function (control) {
        return control.act !== "light" || control.now.has("") || !(control.field in row)
          || has(row[control.field], control.now);
      });
    }

    // The specification as it was given, with the rows that are chosen.
    function specification() {
      var spec = JSON.parse(JSON.stringify(held.spec));
      controls.forEach(function (control) {
        control.options.forEach(function (option) {
          if (control.now.has(option.value)) {
            option.sets.forEach(function (one) { set(spec, one.path, one.value); });
          }
        });
      });
      Object.keys(spec.datasets).forEach(function (rows) {
        spec.datasets[rows] = spec.datasets[rows].filter(kept);
        spec.datasets[rows].forEach(function (row) { row.lit = lit(row); row.now = false; });
      });
      steps = spec.datasets[held.told].filter(function (row) { return row.lit; });
      if (at >= 0) { steps[at].now = true; }
      return spec;
    }

    function say() {
      told.textContent = at >= 0 ? (at + 1) + " of " + steps.length + ". " + steps[at].told
        : steps.length ? steps.length + " marks. Hover over one, or step through them with the buttons."
          : "Nothing is told for this choice.";
      back.disabled = next.disabled = steps.length === 0;
      notes.replaceChildren.apply(notes, [].concat.apply([], controls.map(function (control) {
        return control.options.filter(function (option) { return option.note && control.now.has(option.value); })
          .map(function (option) {
            var any = steps.some(function (row) { return has(row[control.field], new Set([option.value])); });
            return element("li", { textContent: option.note + (any ? "" : " It has no figure for this choice.") });
          });
      })));
    }

    function draw() {
      var turn = wanted += 1, spec = specification();
      say();
      return load().then(function () {
        if (turn !== wanted) { return null; }
        if (spec.datasets[held.told].length === 0) {
          chart.replaceChildren();
          block.dataset.drawn = String(turn);
          return null;
        }
        // The page must not move while one drawing takes the place of another.
        chart.style.minHeight = chart.offsetHeight + "px";
        // What was drawn before must no longer follow the size of the window.
        if (drawn) { drawn.finalize(); }
        // Expressions are interpreted, so that a page that forbids eval can show this.
        return vegaEmbed(chart, spec, { mode: "vega-lite", actions: false, ast: true, renderer: "svg" });
      }).then(function (result) {
        if (!result) { return; }
        chart.style.minHeight = "";
        drawn = result;
        ["mouseover", "click"].forEach(function (kind) {
          drawn.view.addEventListener(kind, function (_, item) {
            if (item && item.datum && item.datum.told) { told.textContent = item.datum.told; }
          });
        });
        block.dataset.drawn = String(turn);
      }).catch(function () {
        told.textContent = "The scripts that draw this are not beside the page; the figure above shows the same.";
      });
    }

    function changed() {
      at = -1;
      draw();
    }

    function step(by) {
      at = at < 0 ? (by > 0 ? 0 : steps.length - 1) : (at + by + steps.length) % steps.length;
      draw();
    }

    controls.forEach(function (control, place) {
      var id = name + "-" + place;
      if (!control.several) {
        var select = element("select", { id: id }, control.options.map(function (option) {
          return new Option(option.label, option.value, false, control.now.has(option.value));
        }));
        select.addEventListener("change", function () { control.now = new Set([select.value]); changed(); });
        choices.append(element("div", {}, [element("label", { htmlFor: id, textContent: control.label }), select]));
        return;
      }
      var boxes = control.options.map(function (option) {
        var box = element("input", { type: "checkbox", checked: control.now.has(option.value), value: option.value });
        box.addEventListener("change", function () {
          control.now[box.checked ? "add" : "delete"](option.value);
          changed();
        });
        return box;
      });
      function every(flag) {
        boxes.forEach(function (box) { box.checked = flag; });
        control.now = new Set(flag ? boxes.map(function (box) { return box.value; }) : []);
        changed();
      }
      var all = element("button", { type: "button", textContent: "All" });
      var none = element("button", { type: "button", textContent: "None" });
      all.addEventListener("click", function () { every(true); });
      none.addEventListener("click", function () { every(false); });
      choices.append(element("fieldset", {}, [
        element("legend", { textContent: control.label }),
        ...control.options.map(function (option, number) {
          return element("label", {}, [boxes[number], marked(option.mark, option.colour), " " + option.label]);
        }),
        all, none
      ]));
    });

    // The window tells Vega of its size before the page has found its new order; so the last word is the chart's own.
    new ResizeObserver(function () {
      if (drawn && chart.clientWidth > 0 && drawn.view.width() !== chart.clientWidth) {
        drawn.view.width(chart.clientWidth).resize().runAsync();
      }
    }).observe(chart);

    back.addEventListener("click", function () { step(-1); });
    next.addEventListener("click", function () { step(1); });
    open.addEventListener("click", function () {
      panel.hidden = !panel.hidden;
      open.setAttribute("aria-expanded", String(!panel.hidden));
      open.textContent = panel.hidden ? "Explore this figure" : "Close";
      if (!panel.hidden && !drawn) { draw(); }
    });
  }

  function all() { document.querySelectorAll(".afpak-view").forEach(prepare); }
  if (document.readyState === "complete") { all(); } else { document.addEventListener("DOMContentLoaded", all); }
})();
