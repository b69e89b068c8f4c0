(() => {
  const form = document.getElementById("search"), field = form.q, said = form.querySelector("output");
  const sections = [...document.querySelectorAll(".index")].map(s => [s, [...s.querySelectorAll("li")].map(li => [li, fold(li.textContent)])]);
  function fold(text) { return text.toLocaleLowerCase("kk").normalize("NFC"); }
  function narrow() {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    let n = 0;
    for (const [section, rows] of sections) {
      let any = false;
      for (const [li, text] of rows) {
        const fits = words.every(word => text.includes(word));
        li.hidden = !fits;
        if (fits) { any = true; n++; }
      }
      section.hidden = !any;
    }
    said.textContent = words.length ? (n ? said.dataset.found.replace("0", n) : said.dataset.nothing) : "";
  }
  form.hidden = false;
  form.addEventListener("submit", event => event.preventDefault());
  field.addEventListener("input", narrow);
  field.value = new URLSearchParams(location.search).get("q") || "";
  narrow();
})();
