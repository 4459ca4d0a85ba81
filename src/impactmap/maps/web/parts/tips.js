/** Columns of the author's own that are told where the pointer is, beside what is told of every mark. */
import {addPart} from "../parts.js";

addPart(({ payload, describe }) => {
  const labels = payload.header.tips ?? [];
  const plain = describe.mark;
  describe.mark = (mark) => {
    const fields = mark.event >= 0 && mark.kind !== "area" ? payload.text(mark.event)?.fields ?? [] : [];
    return [plain(mark), ...fields.filter(({ label }) => labels.includes(label)).map(({ label, value }) => `${label}: ${value}`)].join(" · ");
  };
});
