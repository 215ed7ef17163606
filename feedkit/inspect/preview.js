{
  const version = document.querySelector("meta[name=feedkit-version]").content;
  let events = null;
  const listen = () => {
    // A browser has few connections to one server: pages that are not seen need none.
    if (document.hidden) {
      if (events !== null) events.close();
      events = null;
    } else if (events === null) {
      events = new EventSource("/-/events");
      events.addEventListener("message", (event) => {
        if (event.data !== version) location.reload();
      });
    }
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => events !== null && events.close());
  listen();
}
