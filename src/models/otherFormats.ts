import path from 'node:path';

const ggufAdvice = 'get the same model as a GGUF file';

/** What files that are no GGUF start with, and what they are; the numbers of ggml's old formats are little-endian. */
const beginnings: readonly (readonly [beginning: string, what: string])[] = [
  ['lmgg', `a model in ggml's old format, which llama.cpp no longer reads: ${ggufAdvice}`],
  ['fmgg', `a model in ggml's old format (ggmf), which llama.cpp no longer reads: ${ggufAdvice}`],
  ['tjgg', `a model in ggml's old format (ggjt), which llama.cpp no longer reads: ${ggufAdvice}`],
  ['algg', `an adapter in ggml's old format (ggla): choose a whole model in the GGUF format`],
  [
    'version https://git-lfs',
    'the pointer that Git LFS leaves in place of a file: run `git lfs pull` in its folder, or download it',
  ],
  ['\x1f\x8b', 'a compressed file (gzip): unpack it first'],
  ['7z\xbc\xaf', 'a compressed file (7z): unpack it first'],
  ['Rar!', 'a compressed file (rar): unpack it first'],
  ['\x28\xb5\x2f\xfd', 'a compressed file (zstd): unpack it first'],
  ['\x80\x02', `a model in PyTorch's format: ${ggufAdvice}`],
  ['\x89HDF', `a model in Keras' format (HDF5): ${ggufAdvice}`],
];

/**
 * What a file that is no GGUF is and what to do about it, as one sentence about "it"; null where it is not known. Takes
 * the file's first bytes, at least 16 where it has them, and its name.
 */
export function otherFormat(beginning: Uint8Array, file: string): string | null {
  const text = String.fromCharCode(...beginning.subarray(0, 512));
  const known = beginnings.find(([start]) => text.startsWith(start));
  if (known !== undefined) return `It is ${known[1]}.`;
  const extension = path.extname(file).toLowerCase();
  if (text.startsWith('PK\x03\x04')) {
    return ['.pt', '.pth', '.bin', '.ckpt'].includes(extension)
      ? `It is a model in PyTorch's format: ${ggufAdvice}.`
      : 'It is a zip file: unpack it first.';
  }
  // 8 bytes with the length of a header that is JSON.
  if (text.slice(8, 10) === '{"') return `It is a model in the safetensors format: ${ggufAdvice}.`;
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) {
    return 'It is a web page and no model, as a failed download leaves it: download the model again.';
  }
  if (extension === '.onnx') return `It is a model in the ONNX format: ${ggufAdvice}.`;
  return null;
}
