// Put into every page before its own scripts: remembers when the page last did something, and the frames.
(() => {
  const state = {last: 0, draws: 0, frames: null, paused: false, long: 0};
  Object.defineProperty(window, "__probe", {value: state});
  // The time of the last activity, once none has followed for so long; null when it never comes.
  state.quiet = async (quiet, limit) => {
    for (;;) {
      if (state.last && performance.now() - state.last > quiet && document.readyState === "complete") return state.last;
      if (performance.now() > limit) return null;
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  // Taking a picture is not the page's own activity.
  state.resume = () =>
    new Promise((done) =>
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          state.paused = false;
          done();
        }),
      ),
    );
  state.takeFrames = () => {
    const frames = state.frames;
    state.frames = null;
    return frames;
  };
  const count = (prototype, names) => {
    for (const name of names) {
      const original = prototype[name];
      prototype[name] = function (...given) {
        state.draws += 1;
        return original.apply(this, given);
      };
    }
  };
  count(CanvasRenderingContext2D.prototype, ["fill", "stroke", "fillRect", "strokeRect", "clearRect", "drawImage", "putImageData", "fillText"]);
  const webgl = ["drawArrays", "drawElements", "clear"];
  count(WebGLRenderingContext.prototype, webgl);
  count(WebGL2RenderingContext.prototype, [...webgl, "drawArraysInstanced", "drawElementsInstanced"]);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!state.paused) {
        state.last = Math.max(state.last, entry.startTime + entry.duration);
        state.long += entry.duration;
      }
    }
  }).observe({type: "longtask", buffered: true});
  let before = performance.now();
  let drawn = 0;
  const beat = () => {
    const now = performance.now();
    if (!state.paused && (state.draws !== drawn || now - before > 100)) state.last = now;
    drawn = state.draws;
    if (state.frames) state.frames.push(now - before);
    before = now;
    requestAnimationFrame(beat);
  };
  requestAnimationFrame(beat);
})();
