/* Search, filters and sorting for long tables, by List.js (MIT), over tables that read without any of it. */
(function () {
  "use strict";

  // Fewer rows are seen at a glance.
  var FEWEST_ROWS = 6;
  var MONTHS = "january february march april may june july august september october november december".split(" ");
  var controls_made = 0;

  function valuesOf(row, name) {
    return (row.dataset[camel(name)] || "").split(" | ").filter(Boolean);
  }

  function camel(name) {
    return name.replace(/-([a-z])/g, function (_, letter) { return letter.toUpperCase(); });
  }

  function labelled(text, control) {
    var box = document.createElement("div"), label = document.createElement("label");
    control.id = "afpak-control-" + (controls_made += 1);
    label.htmlFor = control.id;
    label.textContent = text;
    box.append(label, control);
    return box;
  }

  function button(text) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "afpak-button";
    made.textContent = text;
    return made;
  }

  function controlsFor(name) {
    var controls = document.createElement("div");
    controls.className = "afpak-controls afpak-js-only";
    controls.setAttribute("role", "group");
    controls.setAttribute("aria-label", "Filter and order: " + name);
    return controls;
  }

  /* How cells are put in order. */

  function isMissing(text) { return text === "" || /^[–—-]$/.test(text) || text === "not known"; }

  // 2014, 2014-06, 2014-06-15, June 2014, 15 June 2014: as text that sorts. Null for what is no date.
  function dateIn(text) {
    var iso = /^(\d{4})(-\d{2})?(-\d{2})?(?=$|[\s,(;])/.exec(text);
    if (iso) { return iso[1] + (iso[2] || "") + (iso[3] || ""); }
    var words = /^(?:(\d{1,2}) )?([A-Za-z]+) (\d{4})(?=$|[\s,(;])/.exec(text);
    var month = words ? MONTHS.indexOf(words[2].toLowerCase()) + 1 : 0;
    if (!month) { return null; }
    return words[3] + "-" + String(month).padStart(2, "0") + (words[1] ? "-" + words[1].padStart(2, "0") : "");
  }

  // The first number of "1,234", "−3.5", "0.57 (0.35 to 0.90)", "< 0.001", "34 %" or "12 days". Null for what is none.
  function numberIn(text) {
    var found = /^[<>≤≥≈~+]?\s*([−-]?(?:\d[\d,]*(?:\.\d+)?|∞))(?=$|[\s(%×;])/.exec(text);
    if (!found) { return null; }
    var plain = found[1].replace(/,/g, "").replace("−", "-").replace("∞", "Infinity");
    return Number(plain);
  }

  // All cells of a column by one rule: that which fits each of them.
  function keysOf(texts) {
    var there = texts.filter(function (text) { return !isMissing(text); });
    var rule = [numberIn, dateIn].find(function (one) {
      return there.every(function (text) { return one(text) !== null; });
    });
    return texts.map(function (text) { return isMissing(text) ? null : rule ? rule(text) : text; });
  }

  function compared(first, second) {
    if (typeof first === "number") { return first - second || 0; }
    return first.localeCompare(second, "en", { numeric: true });
  }

  // Sorting by the headings: a button in each, so that the keyboard reaches it. Upwards, downwards, as it was.
  function sortable(list, heads, sorted) {
    var place = new Map(list.items.map(function (item, index) { return [item.elm, index]; }));
    var keys = new Map();

    function arrange(head, direction) {
      var column = heads.indexOf(head);
      if (direction && !keys.has(column)) {
        var found = keysOf(list.items.map(function (item) { return textOf(item.elm.cells[column]); }));
        keys.set(column, new Map(list.items.map(function (item, index) { return [item.elm, found[index]]; })));
      }
      list.sort(list.valueNames[0], {
        order: "asc",
        sortFunction: function (a, b) {
          var back = place.get(a.elm) - place.get(b.elm);
          if (!direction) { return back; }
          var first = keys.get(column).get(a.elm), second = keys.get(column).get(b.elm);
          // What is missing comes last either way.
          if (first === null || second === null) { return (first === null) - (second === null) || back; }
          return direction * compared(first, second) || back;
        }
      });
      mark(direction ? head : null, direction);
    }

    function mark(head, direction) {
      heads.forEach(function (one) {
        one.setAttribute("aria-sort", one !== head ? "none" : direction > 0 ? "ascending" : "descending");
      });
    }

    heads.forEach(function (head) {
      var press = document.createElement("button");
      press.type = "button";
      press.textContent = head.textContent;
      head.replaceChildren(press);
      press.addEventListener("click", function () {
        var next = { ascending: -1, descending: 0, none: 1 }[head.getAttribute("aria-sort")];
        arrange(head, next);
        sorted();
      });
    });
    mark(null, 0);
    return { place: place, mark: mark };
  }

  // The text of a cell without what is folded away in it.
  function textOf(cell) {
    if (!cell) { return ""; }
    var bare = cell.cloneNode(true);
    bare.querySelectorAll("details, .headerlink, [aria-hidden=true]").forEach(function (one) { one.remove(); });
    return bare.textContent.replace(/\s+/g, " ").trim();
  }

  // Capitals and accents make no difference.
  function plain(text) { return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase(); }

  // The words as they are typed: List.js’s own search finds no claim number and no name with a hyphen.
  function holds(row, wanted) {
    var text = plain(row.textContent);
    return wanted.every(function (word) { return text.includes(word); });
  }

  function wordsIn(search) { return plain(search.value).split(/\s+/).filter(Boolean); }

  function counted(list) {
    var found = list.matchingItems.length;
    return found + " of " + list.items.length + " rows" + (found ? "" : ": nothing found");
  }

  /* A table of a chapter. */

  function prepareTable(table) {
    var body = table.tBodies[0];
    var rows = body ? Array.from(body.rows) : [];
    var heads = table.tHead && table.tHead.rows.length === 1 ? Array.from(table.tHead.rows[0].cells) : [];
    var even = rows.every(function (row) { return row.cells.length === heads.length; });
    if (rows.length < FEWEST_ROWS || !heads.length || !even || table.querySelector("[colspan], [rowspan]")) { return; }
    var scroller = table.closest(".pst-scrollable-table-container") || table;
    var box = document.createElement("div"), search = document.createElement("input"), status = document.createElement("p");
    var caption = table.querySelector(".caption-text");
    var name = caption ? caption.textContent.trim() : "table";
    var controls = controlsFor(name);
    box.className = "afpak-sortable";
    search.type = "search";
    status.setAttribute("role", "status");
    controls.append(labelled("Search this table", search), status);
    scroller.before(box);
    box.append(controls, scroller);
    body.classList.add("list");
    rows.forEach(function (row) { row.cells[0].classList.add("afpak-first"); });
    var list = new List(box, { valueNames: ["afpak-first"], listClass: "list", searchClass: "afpak-none", sortClass: "afpak-none", page: rows.length });
    list.valueNames = ["afpak-first"];
    function told() { status.textContent = counted(list); }
    sortable(list, heads, told);
    search.addEventListener("input", function () {
      var wanted = wordsIn(search);
      list.filter(function (item) { return holds(item.elm, wanted); });
      told();
    });
    told();
  }

  /* A listing: filters, an address for each row, and one for what is filtered. */

  function prepare(box) {
    var rows = Array.from(box.querySelectorAll("tbody tr"));
    var heads = Array.from(box.querySelectorAll("th[data-column]"));
    var filters = (box.dataset.filters || "").split(" ").filter(Boolean);
    var caption = box.querySelector("caption");
    var controls = controlsFor(caption ? caption.textContent : "table");

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
      return { name: name, select: select, values: values };
    });

    var order = document.createElement("select");
    order.append(new Option("as listed", ""));
    filters.forEach(function (name) { order.append(new Option(name.replace(/-/g, " "), name)); });
    controls.append(labelled("Order by", order));

    var reset = button("Show all");
    var status = document.createElement("p");
    status.setAttribute("role", "status");
    controls.append(reset);
    box.prepend(controls, status);

    var names = heads.map(function (head) { return head.dataset.column; });
    var list = new List(box, { valueNames: names, listClass: "list", searchClass: "afpak-none", sortClass: "afpak-none", page: rows.length });
    list.valueNames = names;
    function told() { status.textContent = counted(list); }
    var sorting = sortable(list, heads, function () { order.value = ""; told(); });

    function filter() {
      var wanted = wordsIn(search);
      list.filter(function (item) {
        return holds(item.elm, wanted) && choices.every(function (choice) {
          return !choice.select.value || valuesOf(item.elm, choice.name).includes(choice.select.value);
        });
      });
      told();
    }

    function all() {
      search.value = "";
      choices.forEach(function (choice) { choice.select.value = ""; });
      filter();
    }

    // What is shown now, as an address that can be sent to others. No entry in the history for each letter typed.
    function remember() {
      var shown = new URLSearchParams();
      choices.forEach(function (choice) { if (choice.select.value) { shown.set(choice.name, choice.select.value); } });
      if (search.value.trim()) { shown.set("search", search.value.trim()); }
      var hash = shown.toString();
      try {
        window.history.replaceState(null, "", window.location.pathname + window.location.search + (hash ? "#" + hash : ""));
      } catch (refused) { /* Some browsers refuse it to pages that were opened from a folder. */ }
    }

    // An address says what to show: verdict=contradicted&section=1.4. What this listing has no column for is not its own.
    function fromAddress(hash) {
      var asked = new URLSearchParams(hash), known = false, unknown = [];
      choices.forEach(function (choice) { if (asked.has(choice.name)) { known = true; } });
      known = known || asked.has("search");
      if (!known) { return false; }
      search.value = asked.get("search") || "";
      choices.forEach(function (choice) {
        var value = asked.get(choice.name) || "";
        if (value && !choice.values.has(value)) { unknown.push(choice.name.replace(/-/g, " ") + " “" + value + "”"); }
        choice.select.value = choice.values.has(value) ? value : "";
      });
      filter();
      if (unknown.length) { status.textContent += "; no row has " + unknown.join(" or ") + ", so it was not asked for"; }
      box.scrollIntoView({ block: "start" });
      return true;
    }

    // A link to a row must find it, whatever is filtered away.
    function follow() {
      var hash = window.location.hash.slice(1), name = hash;
      try { name = decodeURIComponent(hash); } catch (malformed) { return; }
      if (!name) { return; }
      if (name.includes("=")) { fromAddress(hash); return; }
      if (!rows.some(function (row) { return row.id === name; })) { return; }
      all();
      var row = document.getElementById(name);
      row.scrollIntoView({ block: "center" });
      rows.forEach(function (one) { one.classList.toggle("afpak-target", one === row); });
    }

    // By a column that is not shown, and within it as listed.
    function arrange() {
      var name = order.value;
      list.sort(list.valueNames[0], {
        order: "asc",
        sortFunction: function (a, b) {
          var first = name ? valuesOf(a.elm, name).join() : "", second = name ? valuesOf(b.elm, name).join() : "";
          return first.localeCompare(second, "en", { numeric: true }) || sorting.place.get(a.elm) - sorting.place.get(b.elm);
        }
      });
      // The rows are in the order of something else than a shown column.
      sorting.mark(null, 0);
      told();
    }

    order.addEventListener("change", arrange);
    search.addEventListener("input", function () { filter(); remember(); });
    choices.forEach(function (choice) { choice.select.addEventListener("change", function () { filter(); remember(); }); });
    reset.addEventListener("click", function () { all(); remember(); });
    window.addEventListener("hashchange", follow);
    told();
    follow();
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("table.afpak-table").forEach(prepareTable);
    document.querySelectorAll(".afpak-listing").forEach(prepare);
  });
})();
