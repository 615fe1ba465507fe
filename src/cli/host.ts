/** The process as the commands see it. Only src/main.ts reads arguments and environment, and ends the process. */
export interface Host {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The version of this program. */
  readonly version: string;
  /** Ends the process at once. */
  exit(code: number): void;
  /** Sets the exit code for when the process has nothing left to do. */
  setExitCode(code: number): void;
}
