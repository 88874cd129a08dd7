/** Takes what the engine has to say; it goes to the client's log. */
export type LogSink = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
