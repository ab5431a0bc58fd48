// A form by the keyboard alone: arrows go from an answer to the next, a letter presses the button that has it. Without this script, the
// browser's own keys do the same: Tab, Space, Enter.
(function () {
  "use strict";
  var form = document.querySelector("[data-keys]");
  if (!form) { return; }
  var fields = Array.prototype.slice.call(form.querySelectorAll("input:not([type=hidden])"));
  if (fields.length) { fields[0].focus({ preventScroll: true }); }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) { return; }
    var at = fields.indexOf(document.activeElement), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && at >= 0) {
      var next = fields[at + step];
      if (next) { event.preventDefault(); next.focus(); }
      return;
    }
    if (at >= 0 && fields[at].type === "text") { return; }
    var button = form.querySelector('[data-key="' + event.key.toLowerCase().replace(/[^a-z]/g, "") + '"]');
    if (button) { event.preventDefault(); button.click(); }
  });
  var communes = form.querySelector("[data-communes]");
  if (communes) {
    communes.hidden = false;
    communes.addEventListener("click", function () {
      communes.dataset.communes.split("|").forEach(function (text, at) {
        var field = form.elements[at ? "commune_" + (at + 1) : "commune"];
        if (field && !field.value) { field.value = text; }
      });
    });
  }
})();
