/* What the theme's pages lack for readers who use a keyboard, a screen reader or a narrow screen. */
(function () {
  "use strict";

  function newHint() {
    var hint = document.createElement("p");
    hint.className = "afpak-hint";
    hint.textContent = "Scroll sideways to see the whole table.";
    hint.hidden = true;
    return hint;
  }

  function captionOf(scroller) {
    var caption = scroller.querySelector("caption .caption-text, figcaption .caption-text, caption, figcaption");
    var text = caption ? caption.textContent.replace(/\s+/g, " ").trim() : "";
    return text.length > 150 ? text.slice(0, text.lastIndexOf(" ", 150)) + " …" : text;
  }

  // What scrolls by itself can be reached and scrolled with the keyboard, and says what it is.
  function reach(scroller, what) {
    var scrolls = scroller.scrollWidth > scroller.clientWidth + 1 || scroller.scrollHeight > scroller.clientHeight + 1;
    if (scrolls) {
      var caption = captionOf(scroller);
      scroller.tabIndex = 0;
      scroller.setAttribute("role", "group");
      scroller.setAttribute("aria-label", what + (caption ? ": " + caption : ""));
    } else if (scroller.dataset.afpakScrolls) {
      scroller.removeAttribute("tabindex");
      scroller.removeAttribute("role");
      scroller.removeAttribute("aria-label");
    }
    if (scrolls) { scroller.dataset.afpakScrolls = "yes"; } else { delete scroller.dataset.afpakScrolls; }
    return scrolls;
  }

  var hints = new Map();

  function reachAll() {
    document.querySelectorAll(".pst-scrollable-table-container").forEach(function (one) {
      var hint = hints.get(one) || newHint();
      // The controls of a table come between them when they are made.
      if (one.previousElementSibling !== hint) { one.before(hint); hints.set(one, hint); }
      hint.hidden = !reach(one, "Table");
    });
    document.querySelectorAll("div.highlight > pre").forEach(function (one) { reach(one, "Code"); });
    document.querySelectorAll(".cell_output pre, div.math").forEach(function (one) { reach(one, "Output"); });
  }

  // The words that show are what a control is called.
  function nameFolds() {
    document.querySelectorAll("details > summary[aria-label]").forEach(function (one) { one.removeAttribute("aria-label"); });
    document.querySelectorAll(".admonition.dropdown").forEach(function (box) {
      var press = box.querySelector(".toggle-button"), title = box.querySelector(".admonition-title");
      if (press && title) { press.setAttribute("aria-label", title.textContent.replace(/\s+/g, " ").trim()); }
    });
  }

  // A date, a verdict or a short name in code is not broken at its hyphen.
  function keepWhole() {
    document.querySelectorAll(".pst-scrollable-table-container td").forEach(function (one) {
      if (one.textContent.trim().length <= 14) { one.classList.add("afpak-whole"); }
    });
    document.querySelectorAll(".bd-article :is(p, li, td, dd) > code").forEach(function (one) {
      if (one.textContent.length <= 24) { one.classList.add("afpak-whole"); }
    });
  }

  // Entries of a bibliography have roles that are no longer in use, in a list that is none.
  function plainEntries() {
    document.querySelectorAll(".citation-list, .citation").forEach(function (one) { one.removeAttribute("role"); });
  }

  // What is folded away is printed nowhere, or read by all: code stays folded, words are opened.
  function printing() {
    var opened = [];
    window.addEventListener("beforeprint", function () {
      document.querySelectorAll("article details:not(.hide):not([open])").forEach(function (one) {
        if (!one.closest(".afpak-listing")) { one.open = true; opened.push(one); }
      });
    });
    window.addEventListener("afterprint", function () {
      opened.splice(0).forEach(function (one) { one.open = false; });
    });
  }

  // The theme takes the focus from its buttons once they are pressed; a keyboard would begin at the top again.
  function keepFocus() {
    document.querySelectorAll(".theme-switch-button").forEach(function (press) {
      press.addEventListener("click", function (event) {
        if (event.detail === 0) { window.setTimeout(function () { press.focus(); }, 0); }
      });
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    nameFolds();
    keepWhole();
    plainEntries();
    printing();
    keepFocus();
    reachAll();
    var waiting = 0;
    function soon() {
      window.clearTimeout(waiting);
      // After the theme's own look at the same elements.
      waiting = window.setTimeout(reachAll, 350);
    }
    window.addEventListener("resize", soon);
    window.addEventListener("load", soon);
    document.addEventListener("toggle", soon, true);
  });
})();
