// npm feedsmith, as its documentation shows it.
import { generateAtomFeed, generateJsonFeed, generateRssFeed } from "feedsmith";
import { folders, write } from "./articles.mjs";

const [content, out, base] = process.argv.slice(2);
for (const [folder, listed] of folders(content).found) {
  const link = `${base}/${folder}`;
  const title = folder || "Corpus";
  const of = (article) => `${base}/${article.slug}/`;
  const rss = generateRssFeed({
    title, link, description: title,
    items: listed.map((article) => ({
      title: article.title, link: of(article), guid: { value: of(article), isPermaLink: true }, pubDate: article.published,
      description: article.excerpt, categories: article.tags.map((name) => ({ name })), content: { encoded: article.html },
    })),
  });
  const atom = generateAtomFeed({
    id: link, title: { value: title }, updated: listed[0].published,
    entries: listed.map((article) => ({
      id: of(article), title: { value: article.title }, updated: article.published, published: article.published,
      links: [{ href: of(article) }], summary: { value: article.excerpt }, content: { value: article.html, type: "html" },
      authors: [{ name: article.author }], categories: article.tags.map((term) => ({ term })),
    })),
  });
  const json = generateJsonFeed({
    title, home_page_url: link,
    items: listed.map((article) => ({
      id: of(article), url: of(article), title: article.title, summary: article.excerpt, content_html: article.html,
      date_published: article.published, authors: [{ name: article.author }], tags: article.tags,
    })),
  });
  write(out, folder, { "rss.xml": rss, "atom.xml": atom, "feed.json": JSON.stringify(json) });
}
