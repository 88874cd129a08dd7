/** A chat template with the structure of a published one, in our own words: what it takes, refuses and writes. */
export interface TemplateFixture {
  readonly text: string;
  readonly bos: string;
  readonly eos: string;
  /** Control tokens of its vocabulary. */
  readonly controls: readonly string[];
}
