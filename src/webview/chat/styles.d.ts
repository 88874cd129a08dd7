/** A style sheet is put beside the script by the bundler; nothing is taken from it by name. */
declare module '*.css';
