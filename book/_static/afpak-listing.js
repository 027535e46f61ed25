/* Search, filters and sorting for long tables, by List.js (MIT), over a table that reads without any of it. */
(function () {
  "use strict";

  function valuesOf(row, name) {
    return (row.dataset[camel(name)] || "").split(" | ").filter(Boolean);
  }

  function camel(name) {
    return name.replace(/-([a-z])/g, function (_, letter) { return letter.toUpperCase(); });
  }

  // Once the theme's icons are in place, nobody need look for new ones in every row that is shown again: that takes
  // seconds.
  function leaveIcons() {
    if (document.documentElement.classList.contains("fontawesome-i2svg-complete")) { window.FontAwesome.noAuto(); }
  }

  var controls_made = 0;

  function labelled(text, control) {
    var box = document.createElement("div"), label = document.createElement("label");
    control.id = "afpak-control-" + (controls_made += 1);
    label.htmlFor = control.id;
    label.textContent = text;
    box.append(label, control);
    return box;
  }

  function prepare(box) {
    var rows = Array.from(box.querySelectorAll("tbody tr"));
    var heads = Array.from(box.querySelectorAll("th[data-column]"));
    var filters = (box.dataset.filters || "").split(" ").filter(Boolean);
    var controls = document.createElement("div");
    controls.className = "afpak-controls";
    controls.setAttribute("role", "search");

    var search = document.createElement("input");
    search.type = "search";
    controls.append(labelled("Search", search));

    var choices = filters.map(function (name) {
      var values = new Map();
      rows.forEach(function (row) {
        valuesOf(row, name).forEach(function (value) { values.set(value, (values.get(value) || 0) + 1); });
      });
      var select = document.createElement("select");
      select.append(new Option("all", ""));
      Array.from(values.keys())
        .sort(function (a, b) { return a.localeCompare(b, "en", { numeric: true }); })
        .forEach(function (value) { select.append(new Option(value + " (" + values.get(value) + ")", value)); });
      var head = heads.find(function (one) { return one.dataset.column === name; });
      controls.append(labelled(head ? head.textContent : name.replace(/-/g, " "), select));
      return { name: name, select: select };
    });

    var order = document.createElement("select");
    order.append(new Option("as in the paper", ""));
    filters.forEach(function (name) { order.append(new Option(name.replace(/-/g, " "), name)); });
    controls.append(labelled("Order by", order));
    var place = new Map(rows.map(function (row, index) { return [row, index]; }));

    var reset = document.createElement("button");
    reset.type = "button";
    reset.textContent = "Show all";
    var status = document.createElement("p");
    status.setAttribute("role", "status");
    controls.append(reset);
    box.prepend(controls, status);

    // The headings sort: a button in each, so that the keyboard reaches it.
    heads.forEach(function (head) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.dataset.sort = head.dataset.column;
      button.textContent = head.textContent;
      head.replaceChildren(button);
    });

    var list = new List(box, {
      valueNames: heads.map(function (head) { return head.dataset.column; }),
      listClass: "list", sortClass: "sort", page: rows.length
    });

    function told() {
      var found = list.matchingItems.length;
      status.textContent = found + " of " + list.items.length + " rows" + (found ? "" : ": nothing found");
      heads.forEach(function (head) {
        var button = head.querySelector("button");
        head.setAttribute("aria-sort", button.classList.contains("asc") ? "ascending"
          : button.classList.contains("desc") ? "descending" : "none");
      });
    }

    // The words as they are typed: List.js’s own search finds no claim number and no name with a hyphen.
    function filter() {
      leaveIcons();
      var wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      list.filter(function (item) {
        var text = item.elm.textContent.toLowerCase();
        return wanted.every(function (word) { return text.includes(word); }) && choices.every(function (choice) {
          return !choice.select.value || valuesOf(item.elm, choice.name).includes(choice.select.value);
        });
      });
    }

    function all() {
      search.value = "";
      choices.forEach(function (choice) { choice.select.value = ""; });
      filter();
    }

    // A link to a row must find it, whatever is filtered away.
    function follow() {
      var name = decodeURIComponent(window.location.hash.slice(1));
      if (!name || !rows.some(function (row) { return row.id === name; })) { return; }
      all();
      var row = document.getElementById(name);
      row.scrollIntoView({ block: "center" });
      rows.forEach(function (one) { one.classList.toggle("afpak-target", one === row); });
    }

    // By a column that is not shown, and within it as in the paper.
    function arrange() {
      var name = order.value;
      leaveIcons();
      list.sort(heads[0].dataset.column, {
        order: "asc",
        sortFunction: function (a, b) {
          var first = name ? valuesOf(a.elm, name).join() : "", second = name ? valuesOf(b.elm, name).join() : "";
          return first.localeCompare(second, "en", { numeric: true }) || place.get(a.elm) - place.get(b.elm);
        }
      });
      // The rows are in the order of something else than a shown column.
      heads.forEach(function (head) { head.querySelector("button").classList.remove("asc", "desc"); });
      told();
    }

    list.on("updated", told);
    order.addEventListener("change", arrange);
    search.addEventListener("input", filter);
    choices.forEach(function (choice) { choice.select.addEventListener("change", filter); });
    reset.addEventListener("click", all);
    window.addEventListener("hashchange", follow);
    told();
    follow();
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll(".afpak-listing").forEach(prepare);
  });
})();
