/* The rows of the book's listings among the results of its search, found by MiniSearch (MIT) in any spelling. */
(function () {
  "use strict";

  var AT_FIRST = 12;
  var FOLDED = { "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae" };

  // Capitals, accents and apostrophes make no difference: Qa‘ida, Qaʿida and qaida are one word.
  function fold(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
      .replace(/['’‘ʼʿʾ`´]/g, "").replace(/[ıłøđßæ]/g, function (letter) { return FOLDED[letter]; });
  }

  function letters(text) { return fold(text).replace(/[^\p{L}\p{N}]+/gu, ""); }

  // A word with hyphens is found by its parts and by the whole; a number such as 1.4-14 by the whole only.
  function words(text) {
    return fold(text).split(/[\s,;:()“”"/]+/).flatMap(function (word) {
      var whole = word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
      if (!whole || !/\p{L}/u.test(whole)) { return whole ? [whole] : []; }
      var parts = whole.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
      return parts.length > 1 ? parts.concat(parts.join("")) : parts;
    });
  }

  function find(places, asked) {
    var index = new MiniSearch({
      fields: ["name", "spellings", "told"],
      extractField: function (place, field) { return field === "spellings" ? place.spellings.join(" ; ") : place[field]; },
      tokenize: words, processTerm: function (term) { return term; }
    });
    index.addAll(places.map(function (place, id) { return Object.assign({ id: id }, place); }));
    var whole = letters(asked), found = new Map();
    function add(place) { if (!found.has(place.address)) { found.set(place.address, place); } }
    // First what bears just this name, then what begins with it, then what has all words, and last what has any.
    if (!whole) { return []; }
    places.forEach(function (place) { if (letters(place.name) === whole) { add(place); } });
    places.forEach(function (place) {
      if (place.spellings.some(function (spelling) { return letters(spelling) === whole; })) { add(place); }
    });
    function search(how) {
      index.search(asked, {
        combineWith: how, boost: { name: 6, spellings: 5 },
        prefix: function (term) { return term.length > 1; },
        fuzzy: function (term) { return term.length > 3 && !/\d/.test(term) ? 0.25 : false; }, maxFuzzy: 2
      }).forEach(function (result) { add(places[result.id]); });
    }
    search("AND");
    if (!found.size) { search("OR"); }
    return Array.from(found.values());
  }

  function item(place, root) {
    var line = document.createElement("li"), link = document.createElement("a"), sort = document.createElement("span");
    link.href = root + place.address;
    link.textContent = place.name;
    sort.className = "afpak-sort";
    sort.textContent = place.sort ? " · " + place.sort : "";
    line.append(link, sort);
    if (place.told) {
      var told = document.createElement("p");
      told.textContent = place.told.length > 240 ? place.told.slice(0, place.told.lastIndexOf(" ", 240)) + " …" : place.told;
      line.append(told);
    }
    return line;
  }

  function show(places, asked, results, root) {
    var box = document.createElement("section"), heading = document.createElement("h2");
    var status = document.createElement("p"), list = document.createElement("ol");
    box.className = "afpak-places";
    box.id = "afpak-places";
    heading.textContent = "Claims, people and organisations";
    heading.id = "afpak-places-heading";
    box.setAttribute("aria-labelledby", heading.id);
    status.setAttribute("role", "status");
    box.append(heading, status, list);
    results.before(box);
    var found = find(places, asked);
    list.append.apply(list, found.slice(0, AT_FIRST).map(function (place) { return item(place, root); }));
    if (found.length > AT_FIRST) {
      var more = document.createElement("button");
      more.type = "button";
      more.className = "afpak-button";
      more.textContent = "Show all " + found.length;
      more.addEventListener("click", function () {
        var rest = found.slice(AT_FIRST).map(function (place) { return item(place, root); });
        list.append.apply(list, rest);
        more.remove();
        rest[0].querySelector("a").focus();
      });
      box.append(more);
    }
    if (!found.length) { list.remove(); }
    // Once the region is there, so that its text is announced.
    window.setTimeout(function () {
      status.textContent = found.length ? found.length + " found" + (found.length > AT_FIRST ? ", the nearest first" : "")
        : "None found.";
      document.querySelectorAll("#search-results .search-summary").forEach(function (one) { one.setAttribute("role", "status"); });
    }, 50);
  }

  function load(address) {
    return new Promise(function (done, failed) {
      var script = document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    var results = document.querySelector(".bd-search-container #search-results");
    var asked = new URLSearchParams(window.location.search).get("q");
    if (!results || !asked || !asked.trim()) { return; }
    var root = document.documentElement.dataset.content_root || "./";
    Promise.all([load(root + "_static/vendor/minisearch-7.2.0.js"), load(root + "_static/afpak-places.js")])
      .then(function () { show(window.AFPAK_PLACES, asked, results, root); });
  });
})();
