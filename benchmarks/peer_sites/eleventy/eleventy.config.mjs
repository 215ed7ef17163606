// RSS of 20 entries for the site, every category and every tag, and no page.
import fs from "node:fs";
import path from "node:path";

const LIMIT = 20;
const slug = (term) => term.replaceAll(" & ", "-").replaceAll(" ", "-").toLowerCase();

export default function (config) {
  config.addCollection("feeds", (api) => {
    const articles = api.getAll().filter((item) => item.data.published).sort((a, b) => b.data.published.localeCompare(a.data.published));
    const found = new Map([["", articles.slice(0, LIMIT)]]);
    for (const article of articles) {
      for (const [taxonomy, term] of [["categories", article.data.category], ...article.data.topics.map((tag) => ["tags", tag])]) {
        const folder = `${taxonomy}/${slug(term)}/`;
        const listed = found.get(folder) ?? [];
        if (listed.length < LIMIT) listed.push(article);
        found.set(folder, listed);
      }
    }
    return [...found].map(([folder, items]) => ({ folder, items }));
  });
  config.addCollection("articles", (api) => api.getAll().filter((item) => item.data.published));
  config.addFilter("rfc822", (text) => new Date(text).toUTCString());
  const content = process.env.CONTENT;
  for (const name of ["feed.njk", "map.njk"]) fs.copyFileSync(path.join(process.cwd(), "templates", name), path.join(content, name));
  return { dir: { input: path.relative(process.cwd(), content), output: path.relative(process.cwd(), process.env.OUT) }, markdownTemplateEngine: false };
}
