// npm feed and sitemap, as their documentation shows them.
import { Readable } from "node:stream";
import { Feed } from "feed";
import { SitemapStream, streamToPromise } from "sitemap";
import { folders, write } from "./articles.mjs";

const [content, out, base] = process.argv.slice(2);
const { articles, found } = folders(content);
for (const [folder, listed] of found) {
  const feed = new Feed({ id: `${base}/${folder}`, link: `${base}/${folder}`, title: folder || "Corpus", updated: listed[0].published, copyright: "" });
  for (const article of listed) {
    const link = `${base}/${article.slug}/`;
    feed.addItem({
      id: link, link, title: article.title, description: article.excerpt, content: article.html, date: article.published,
      published: article.published, author: [{ name: article.author }], category: article.tags.map((name) => ({ name })),
    });
  }
  write(out, folder, { "rss.xml": feed.rss2(), "atom.xml": feed.atom1(), "feed.json": feed.json1() });
}
const links = articles.map((article) => ({ url: `/${article.slug}/`, lastmod: article.published.toISOString() }));
const sitemap = await streamToPromise(Readable.from(links).pipe(new SitemapStream({ hostname: base })));
write(out, "", { "sitemap.xml": sitemap });
