// Eleventy: every feed and the sitemap, from the pages that it has built.
import { spawnSync } from "node:child_process";

export default function (eleventyConfig) {
  let pages = [];
  // The collection that there is anyway: a new one would be one more tag on pages that list them.
  eleventyConfig.addCollection("all", (collections) => (pages = collections.getAllSorted()));

  eleventyConfig.on("eleventy.after", async ({ directories, runMode }) => {
    if (runMode !== "build") return;
    // Where there is none, Eleventy takes the time of the file. A day that YAML has made a time is a day again.
    const dateOf = (page) => page.data.date ?? page.inputPath.match(/\d{4}-\d{2}-\d{2}/)?.[0];
    const written = (date) => date?.toISOString?.().replace("T00:00:00.000Z", "") ?? date;

    // What is done to whole pages is done to content: addresses below `pathPrefix`, pictures in other formats.
    const transformed = eleventyConfig.getFilter("renderTransforms");

    const lines = pages.filter((page) => page.url && dateOf(page)).map(async (page) => {
      const { title, description, author, image, draft, category } = page.data;
      const tags = (page.data.tags ?? []).filter((tag) => tag !== "posts");
      const dates = { date: written(dateOf(page)), updated: written(page.data.updated) };
      const html = await transformed(page.templateContent, page.data.page);
      const built = { source: page.inputPath, url: page.url, html };
      return JSON.stringify({ title, description, author, image, draft, category, tags, ...dates, ...built });
    });
    const feedkit = spawnSync("feedkit", ["build", "-", "-o", directories.output], {
      input: (await Promise.all(lines)).join("\n"),
      stdio: ["pipe", "inherit", "inherit"],
    });
    if (feedkit.status !== 0) throw new Error(`feedkit: ${feedkit.error ?? "see the messages above"}`);
  });
}
