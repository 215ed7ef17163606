"use strict";
const status = document.getElementById("status");
const query = document.getElementById("query");
const count = document.getElementById("count");
const SHOWN_MS = 6000;
let timer = 0;
const fold = (text) => text.normalize("NFKC").toLowerCase();

function copiedByHand(text) {
  // Where the page is not from a secure origin, there is no clipboard.
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "off-screen";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByHand(text);
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (button === null) return;
  const address = button.parentElement.querySelector("a").getAttribute("href");
  const done = await copied(address);
  button.focus();
  for (const other of document.querySelectorAll("button.done")) other.classList.remove("done");
  button.classList.toggle("done", done);
  status.textContent = (done ? status.dataset.copied : status.dataset.failed).replace("{address}", () => address);
  clearTimeout(timer);
  timer = setTimeout(() => (status.textContent = ""), SHOWN_MS);
});
for (const button of document.querySelectorAll("button.copy")) button.hidden = false;

if (query !== null) {
  const terms = [...document.querySelectorAll(".terms > li")].map((item) => ({
    item,
    text: fold(item.querySelector(".name").textContent + " " + item.dataset.slug),
  }));
  const groups = [...document.querySelectorAll(".group")];
  const filter = () => {
    const words = fold(query.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { item, text } of terms) {
      item.hidden = !words.every((word) => text.includes(word));
      if (!item.hidden) shown += 1;
    }
    for (const group of groups) group.hidden = group.querySelector(".terms > li:not([hidden])") === null;
    count.textContent = count.dataset.text.replace("{count}", shown).replace("{total}", terms.length);
  };
  document.getElementById("filter").hidden = false;
  query.addEventListener("input", filter);
  // A browser may have kept what was typed.
  if (query.value) filter();
}
