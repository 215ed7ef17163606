BLOG_TITLE = "Tin and Solder"
