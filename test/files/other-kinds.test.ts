import { describe, expect, it } from 'vitest';
import { otherArchive, otherText } from '../../src/files/other-kinds.js';
import { makeZip } from './workbook.js';

describe('otherText', () => {
  it.each([
    ['<html><head></head><body><table>', 'web page'],
    ['\ufeff\r\n<!DOCTYPE html>\n<html>', 'web page'],
    ['<table border=1><tr><td>Navn</td></tr></table>', 'web page'],
    ['<!-- Eksport -->\n<HTML xmlns:x="urn:schemas-microsoft-com:office:excel">', 'web page'],
    [
      '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
      '2003',
    ],
    ['<?xml version="1.0"?><customers/>', 'XML document'],
    ['{\\rtf1\\ansi Kunder}', 'RTF'],
    ['From: a@x.dk\nTo: b@x.dk\nSubject: Kunder\n\nSe bilag', 'e-mail'],
    ['MIME-Version: 1.0\r\nX-Document: yes\r\nSubject: x\r\n', 'e-mail'],
    ['BEGIN:VCARD\nFN:Bo\nEND:VCARD', 'vCard'],
    ['ID;PWXL;N;E\nP;PGeneral', 'SYLK'],
    ['{"url": "https://docs.google.com/open?id=1", "doc_id": "1"}', 'Google sheet'],
    ['[InternetShortcut]\nURL=https://x.dk', 'link'],
  ])('says what %j is', (text, kind) => {
    expect(otherText(Buffer.from(text))?.message).toContain(kind);
    expect(otherText(Buffer.from(text, 'utf16le'))?.message).toContain(kind);
  });

  it.each([
    ['From;To;Subject\n'],
    ['ID;Navn\n1;A\n'],
    ['navn\n<b>Bo</b>\n'],
    ['Date: 01-11-2026\nNavn;By\nA;B\n'],
    ['{"url":"https://x.dk","name":"A"}'],
  ])('takes %j for a table', (text) => {
    expect(otherText(Buffer.from(text))).toBeNull();
  });
});

describe('otherArchive', () => {
  it.each([
    [{ mimetype: 'x', 'content.xml': 'application/vnd.oasis.opendocument.spreadsheet' }, null],
    [{ 'Index/Document.iwa': 'x' }, 'Numbers'],
    [{ '[Content_Types].xml': 'x', 'word/document.xml': 'x' }, 'Word'],
    [{ '[Content_Types].xml': 'x', 'xl/workbook.bin': 'x' }, 'XLSB'],
    [{ 'kunder.csv': 'navn' }, 'with a table in it'],
    [{ 'billede.png': 'x' }, null],
    [{ '[Content_Types].xml': 'x', 'xl/workbook.xml': 'x' }, null],
  ])('judges the parts %j', (parts: Record<string, string>, kind) => {
    const refusal = otherArchive(makeZip(parts));
    if (kind === null) expect(refusal).toBeNull();
    else expect(refusal?.message).toContain(kind);
  });

  it('knows a sheet of LibreOffice by its type, which is not compressed', () => {
    const bytes = Buffer.from(
      'PK\u0003\u0004mimetypeapplication/vnd.oasis.opendocument.spreadsheet',
    );
    expect(otherArchive(bytes)?.message).toContain('ODS');
  });
});
