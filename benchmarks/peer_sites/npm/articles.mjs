// What both scripts share: the articles, and which of them are in which feed.
import fs from "node:fs";
import path from "node:path";
import matter from "gray-matter";
import MarkdownIt from "markdown-it";

const LIMIT = 20;

export function folders(content) {
  const markdown = new MarkdownIt();
  const articles = fs.readdirSync(content).filter((name) => name.endsWith(".md")).map((name) => {
    const { data, content: body } = matter(fs.readFileSync(path.join(content, name), "utf8"));
    return { ...data, published: new Date(data.publishedAt), html: markdown.render(body) };
  });
  articles.sort((a, b) => b.published - a.published);
  const found = new Map([["", articles.slice(0, LIMIT)]]);
  for (const article of articles) {
    for (const [taxonomy, term] of [["categories", article.category], ...article.tags.map((tag) => ["tags", tag])]) {
      const folder = `${taxonomy}/${term.replaceAll(" & ", "-").replaceAll(" ", "-").toLowerCase()}/`;
      const listed = found.get(folder) ?? [];
      if (listed.length < LIMIT) listed.push(article);
      found.set(folder, listed);
    }
  }
  return { articles, found };
}

export function write(out, folder, files) {
  fs.mkdirSync(path.join(out, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(out, folder, name), text);
}
