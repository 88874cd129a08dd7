/** Whether llama.cpp has a part for NVIDIA's GPUs on this kind of machine. */
export function cudaPossible(platform: string, architecture: string): boolean {
  return (platform === 'linux' || platform === 'win32') && architecture === 'x64';
}
