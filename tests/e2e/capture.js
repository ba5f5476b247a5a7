// Hears what the page plays: taps whatever is connected to the loudspeaker, sample by sample. Marks say when a frame
// came out of the loudspeaker, by the browser's own word, in epoch ms.
(() => {
  const processor = `
    class Capture extends AudioWorkletProcessor {
      constructor() { super(); this.kept = []; }
      process([input]) {
        const [left, right = left] = input;
        this.kept.push(left ? left.slice() : new Float32Array(128), right ? right.slice() : new Float32Array(128));
        if (this.kept.length === 2) this.at = currentTime;
        if (this.kept.length >= 64) { this.port.postMessage({ at: this.at, kept: this.kept }); this.kept = []; }
        return true;
      }
    }
    registerProcessor("capture", Capture);`;
  const connect = AudioNode.prototype.connect;
  const tap = async (node) => {
    const { context } = node;
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([processor], { type: "text/javascript" })));
    const options = { numberOfInputs: 1, numberOfOutputs: 1, channelCount: 2, channelCountMode: "explicit" };
    const capture = new AudioWorkletNode(context, "capture", options);
    const take = { rate: context.sampleRate, left: [], right: [], marks: [] };
    capture.port.onmessage = ({ data: { at, kept } }) => {
      const { contextTime, performanceTime } = context.getOutputTimestamp();
      take.marks.push([take.left.length * 128, performance.timeOrigin + performanceTime + (at - contextTime) * 1000]);
      for (let i = 0; i < kept.length; i += 2) {
        take.left.push(kept[i]);
        take.right.push(kept[i + 1]);
      }
    };
    window.captured.push(take);
    connect.call(node, capture);
    connect.call(capture, context.destination);
  };
  window.captured = [];
  AudioNode.prototype.connect = function (target, ...rest) {
    const result = connect.call(this, target, ...rest);
    if (target instanceof AudioDestinationNode) void tap(this);
    return result;
  };
  window.takeCaptured = () => {
    const take = window.captured.at(-1);
    const join = (chunks) => {
      const samples = new Float32Array(chunks.length * 128);
      chunks.forEach((chunk, index) => samples.set(chunk, index * 128));
      const bytes = new Uint8Array(samples.buffer);
      let text = "";
      for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
      return btoa(text);
    };
    const answer = { rate: take.rate, left: join(take.left), right: join(take.right), marks: take.marks };
    take.left = [];
    take.right = [];
    take.marks = [];
    return answer;
  };
})();
