/**
 * The register of comments and messages (plain English: subject, verb, object; one fact a sentence), as
 * far as words show it. test/tidy holds the source to it, test/gate proves that it speaks.
 */
import ts from 'typescript';
import type { RepositoryFile } from './gate.js';

/** Words of riddles: they stand where a noun is missing. */
const MARKERS =
  /\b(nobody|somebody|whoever|anew|otherwise than|so many|so much|so long|told|tells|said|says|what is|as it is|no more|are kept|who|of which|whose)\b/gi;
const QUESTION_WORD = /^(what|which|how|whether|who|whose|whom|where|when|why)\b/i;
const WORD = /[a-z][a-z'-]*/gi;

export interface Prose {
  readonly words: number;
  readonly markers: number;
  readonly docs: number;
  /** Doc comments that begin with a question word, and so seldom say what something is. */
  readonly questions: number;
  /** Messages (texts with a blank) that hold a marker, each with its place. */
  readonly markedMessages: readonly string[];
}

function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) yield* nodesOf(child);
}

function commentsOf(tree: ts.SourceFile): string[] {
  const found = new Map<number, string>();
  for (const node of nodesOf(tree)) {
    const ranges = [
      ...(ts.getLeadingCommentRanges(tree.text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(tree.text, node.end) ?? []),
    ];
    for (const { pos, end } of ranges) found.set(pos, tree.text.slice(pos, end));
  }
  return [...found.values()];
}

function bodyOf(comment: string): string {
  return comment
    .replaceAll(/^\/\*\*?|\*\/$|^\/\//g, '')
    .replaceAll(/\n\s*\*\s?/g, ' ')
    .trim();
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function isMessage(node: ts.Node): node is ts.StringLiteralLike | ts.TemplateHead {
  const isText =
    ts.isStringLiteralLike(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddle(node) ||
    ts.isTemplateTail(node);
  return isText && node.text.includes(' ');
}

/** Counts over the files; messages are looked for in all of them. */
export function proseOf(files: readonly RepositoryFile[]): Prose {
  const counts = { words: 0, markers: 0, docs: 0, questions: 0 };
  const markedMessages: string[] = [];
  for (const { path, text } of files) {
    const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
    for (const comment of commentsOf(tree)) {
      const body = bodyOf(comment);
      const isDoc = comment.startsWith('/**');
      counts.words += countOf(body, WORD);
      counts.markers += countOf(body, MARKERS);
      counts.docs += isDoc ? 1 : 0;
      counts.questions += isDoc && QUESTION_WORD.test(body) ? 1 : 0;
    }
    for (const node of nodesOf(tree)) {
      if (!isMessage(node) || countOf(node.text, MARKERS) === 0) continue;
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
      markedMessages.push(`${path}:${line + 1} ${node.text.slice(0, 80)}`);
    }
  }
  return { ...counts, markedMessages };
}
