import { describe, expect, it } from 'vitest';
import { readHead } from '../../../src/files/source.js';
import { SOURCE_FORMATS } from '../../../src/files/cells/source-format.js';
import { tempFile } from '../temp-folder.js';
import { makeWorkbook } from '../workbook.js';

const CONTENT = {
  csv: 'navn\nA\n',
  json: '[{"navn":"A"}]',
  xlsx: makeWorkbook({ sheets: { Ark1: '<row><c t="str"><v>navn</v></c></row>' } }),
};

describe('SOURCE_FORMATS', () => {
  it.each(SOURCE_FORMATS)('%s is told by its content, whatever it is called', async (format) => {
    const head = await readHead(await tempFile('copy', CONTENT[format]), {
      fileName: 'kunder.txt',
    });
    expect([head.format, head.headers]).toEqual([format, ['navn']]);
  });
});
