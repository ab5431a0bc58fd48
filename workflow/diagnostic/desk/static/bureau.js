// What the pages do better with a script, and never need it for: hide what they show once the desk has locked or is closed, count
// typing as use of it, follow a calculation.
(function () {
  "use strict";
  var used = false;
  ["input", "keydown", "click"].forEach(function (name) {
    document.addEventListener(name, function () { used = true; });
  });
  function look() {
    var headers = used ? {} : { "X-Suivi": "1" };
    used = false;
    fetch("/vivant", { headers: headers, cache: "no-store" }).then(function (answer) {
      if (answer.status === 403) { window.location.reload(); }
    }).catch(hide);
  }
  function hide() {
    document.body.className = "locked";
    document.title = "Bureau";
    if (!document.querySelector(".ended")) {
      var told = document.createElement("p");
      told.className = "ended";
      told.setAttribute("role", "alert");
      told.textContent = "Le bureau est fermé. Pour le rouvrir, relancez-le comme la première fois.";
      document.body.appendChild(told);
    }
  }
  window.setInterval(look, Math.min(30, Number(document.body.dataset.idle) / 3) * 1000);
  window.addEventListener("pageshow", function (event) { if (event.persisted) { window.location.reload(); } });

  var back = document.querySelector("[data-back]");  // to the form as it was filled
  if (back && window.history.length > 1) {
    back.addEventListener("click", function (event) { event.preventDefault(); window.history.back(); });
  }

  var followed = document.querySelector("[data-follow]");
  if (followed && window.EventSource) {
    var source = new EventSource(followed.dataset.follow);
    var bar = followed.querySelector("progress"), text = followed.querySelector("[data-step]");
    source.onmessage = function (event) {
      var told = JSON.parse(event.data);
      if (told.ended) { source.close(); window.location.reload(); return; }
      if (bar && told.total) { bar.max = told.total; bar.value = told.done; }
      if (text && text.textContent !== told.step) { text.textContent = told.step; }
    };
  }
})();
