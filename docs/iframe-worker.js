// The search of the site runs in a worker, which browsers start from no file on disk: there, a hidden frame takes its place.
// As a worker's, messages are copies, and come after what is going on.
if (location.protocol === "file:") {
  const message = (data) => new MessageEvent("message", { data: structuredClone(data) });
  window.Worker = class {
    constructor(url) {
      this.frame = Object.assign(document.createElement("iframe"), { hidden: true });
      document.body.append(this.frame);
      this.inner = this.frame.contentWindow;
      this.inner.postMessage = (data) => setTimeout((event) => this.onmessage?.(event), 0, message(data));
      this.loaded = new Promise((resolve) => {
        const script = this.inner.document.createElement("script");
        Object.assign(script, { src: url, onload: resolve, onerror: (event) => this.onerror?.(event) });
        this.inner.document.body.append(script);
      });
    }

    postMessage(data) {
      const event = message(data);
      this.loaded.then(() => this.inner.dispatchEvent(event));
    }

    terminate() {
      this.frame.remove();
    }
  };
}
