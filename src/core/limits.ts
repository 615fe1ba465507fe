/** Every bound of the program in one place, each with its reason. */

export const LIMITS = {
  /** Billy's documented maximum (billy-api.md section 3). */
  listPageSize: 1000,
  /** A whole list that is still inconsistent after this many passes is reported, not guessed. */
  listPassesMax: 40,
  /** If this many passes in a row show the same records, they are the list, even if Billy counts more. */
  listSamePasses: 3,
  /** A list that shows less than Billy counts may lag behind writes, by seconds as far as was observed. */
  listSettleMs: 3000,
  /** Pages in a row without a new record in the pass: more mean that the server repeats itself for ever. */
  listRepeatsMax: 10,
  /** Records of a list: as many as a file may have rows. */
  listRecordsMax: 2_000_000,
  /** Records beyond twice Billy's count; more cannot be a miscount. */
  listUncountedMax: 10_000,
  /** The least average number of records on a page, after some spare pages; fewer mean a list without end. */
  listPageRecordsMin: 25,
  listSparePages: 200,
  /** Records of a list that is held in memory as a whole, such as accounts or countries. */
  smallListRecordsMax: 5000,
  /** A larger page is requested again as smaller pages; a thousand contacts with persons take 3 MB. */
  pageBytesMax: 8 * 1024 * 1024,
  pageValuesMax: 300_000,
  /** Any other answer: a hundred records with their children take some 500 KB. */
  answerBytesMax: 2 * 1024 * 1024,
  answerValuesMax: 100_000,
  /** Nesting of objects: Billy's records are five deep. Deeper values are read as null. */
  answerDepthMax: 32,
  /** Children of one kind in a record: as many as one invoice may have lines. */
  recordChildrenMax: 1000,
  /** Parts of a refusal that are read: a hundred records with their children need fewer. */
  refusalPartsMax: 5000,
  /** Attempts of a read if the answer is JSON, but not in Billy's form. */
  unreadableAttemptsMax: 5,
  /** Attempts of a write that certainly had no effect, before the row fails. */
  writeAttemptsMax: 3,
  /** Billy unreachable, failing or refusing for this long pauses the job (contract, section 3). */
  outageMs: 60_000,
  /** A deletion may be repeated without harm; after this many lost answers a rollback gives the row up. */
  undoAttemptsMax: 8,
  /** The longest wait between retries. */
  backoffMsMax: 30_000,
  /** The longest `Retry-After` that is obeyed; a longer one is cut so that a typo cannot park a job. */
  retryAfterMsMax: 15 * 60_000,
  /** A `Retry-After` date involves two clocks, one of which may be wrong: the longest wait for a date. */
  retryAfterDateMsMax: 60_000,
  /** One message of the client: fits 1 MiB of text with every character escaped. */
  messageBytesMax: 10 * 1024 * 1024,
  /** The same over HTTP: fits 1 MiB of text with a few characters escaped; larger files are uploaded. */
  httpMessageBytesMax: 4 * 1024 * 1024,
  /** Values of a call's message: 500 rows of a hundred columns. More block the event loop for too long. */
  messageValuesMax: 50_000,
  /** Values of any other message, which holds settings and names. */
  otherMessageValuesMax: 5000,
  /** Members of one list or object of a message: twice the rows that a call may hold. */
  messageMembersMax: 1000,
  /** Nesting of objects in a message: only filters nest. */
  messageDepthMax: 32,
  /** The outline that is stored of a message that is too large, to answer it by its id. */
  messageOutlineBytesMax: 64 * 1024,
  /** An id or a progress token: it is sent back with each answer. */
  messageIdCharsMax: 1000,
  /** Calls running at once; a host that calls tools in parallel has some dozens. */
  callsInFlightMax: 64,
  /** One text in a call: `csvContent` is the longest. */
  argumentCharsMax: 1024 * 1024,
  /** All texts and names in a call: 500 rows of 4,000 characters, or `csvContent` and as much again. */
  argumentsCharsMax: 2 * 1024 * 1024,
  /** Inline text through the model (contract, section 3). */
  csvContentBytesMax: 1024 * 1024,
  /** Inline rows through the model (contract, section 3). */
  inlineRowsMax: 500,
  /** The bytes that a start reads before it answers (contract, section 3). */
  headBytes: 64 * 1024,
  /** An uploaded file that no job has used (contract, section 7). */
  uploadLifeMs: 24 * 3_600_000,
  /** The one-time addresses of uploads and the signed ones of downloads (contract, section 7). */
  addressLifeMs: 15 * 60_000,
  /** A sender of a file without a byte for this long is gone. */
  uploadIdleMs: 60_000,
  /** The whole of a request: a file of 512 MiB at 200 kbit/s. */
  requestMsMax: 6 * 3_600_000,
  /** The body of a request that is no file: 4 MiB at 200 kbit/s. */
  bodyMsMax: 5 * 60_000,
  /** What a multipart body may have beside its file: the headers of its parts and small fields. */
  multipartExtraBytesMax: 16 * 1024,
  /** The name of an uploaded file, as jobs and reports show it. */
  uploadNameCharsMax: 120,
  /** The interval between removals of uploads that have expired. */
  uploadPurgeEveryMs: 3_600_000,
  /** The body of a refused request is read on for this long, so that its sender hears the refusal. */
  lingerMs: 500,
  /** A file name; the usual file systems allow no longer one. */
  fileNameBytesMax: 255,
  /** The name of a stored file, or its organization: Billy's ids have at most 160 characters. */
  storedNameCharsMax: 200,
  /** An export or a report in the data folder: two million rows of four thousand characters. */
  storedFileBytesMax: 8 * 1024 ** 3,
  /** The age after which an unfinished file is left over: no file takes that long to write. */
  staleFileMs: 24 * 3_600_000,
  /** A file that holds a token; tokens have some dozens of characters, so a larger file is a mistake. */
  secretFileBytesMax: 4096,
  /** A file with more columns than this is not a customer or product file. */
  columnsMax: 200,
  /** One cell; Excel itself stops at 32,767 characters. */
  cellCharsMax: 32_767,
  /** Cells of one row of a CSV, blank ones too: Excel's own maximum. A row of millions is not a table. */
  rowCellsMax: 16_384,
  /** Marks on one letter (Unicode Standard Annex 15, section 13): more are an attack on composing. */
  marksMax: 30,
  /** A header or a key of a record; a longer one is a text in the wrong place. */
  headerCharsMax: 1000,
  /** Nesting of lists and objects in a JSON file; rows and cells need two levels. */
  jsonDepthMax: 32,
  /** Parts of a workbook; Excel's own have some dozens, an archive made to stall us has millions. */
  xlsxPartsMax: 10_000,
  /** Names, extra fields and comments of a workbook's archive, all in memory. */
  xlsxDirectoryBytesMax: 4 * 1024 * 1024,
  /** A workbook's lists of sheets, relations and formats: far above any real one. */
  xlsxIndexBytesMax: 16 * 1024 * 1024,
  /** Formats of cells; Excel stops at 65,490. */
  xlsxFormatsMax: 65_536,
  /** Nesting of elements: Excel's own are some ten deep, and each open one takes memory. */
  xmlDepthMax: 64,
  /** The name of an element; real ones have fewer than fifty characters. */
  xmlNameCharsMax: 255,
  /** Elements of a sheet before its first row: Excel describes each of its 16,384 columns by one. */
  xlsxElementsBeforeRowsMax: 20_000,
  /**
   * The cost of reading the head of a workbook, all its parts together: half a second of CPU time, so
   * that a call ends within two on a busy machine. Headers may follow a quarter million texts.
   */
  xlsxHeadElementsMax: 600_000,
  xlsxHeadCharsMax: 16 * 1024 * 1024,
  /** A workbook's table of texts, stored while its rows are read: bytes of XML, and number of texts. */
  xlsxTextsBytesMax: 256 * 1024 * 1024,
  xlsxTextsMax: 5_000_000,
  /** The part of the table in memory; the rest is in a file. */
  xlsxTextsMemoryBytes: 16 * 1024 * 1024,
  /** A sheet unpacked: Excel's 1,048,576 rows at some forty columns; more is a bomb. */
  xlsxSheetBytesMax: 2 * 1024 * 1024 * 1024,
  /** Blank rows above a workbook's header, so that the head is found quickly. */
  xlsxHeaderRowsMax: 1000,
  /** The row of the headers that a caller may name: as far down as a workbook is searched for them. */
  headerRowMax: 1000,
  /** Items written or read at a time, so that memory stays flat and transactions short. */
  storeBatchRows: 200,
  /** Rows of one invoice; more than any real one has, and the item still fits in memory. */
  groupLinesMax: 1000,
  /** Items given to the senders at a time: enough for one bulk request. */
  runBatchRows: 100,
  /** Records of one bulk save (contract, section 3). */
  bulkSaveRowsMax: 100,
  /** The JSON of one bulk save: a proxy before Billy may accept at most a megabyte. */
  bulkSaveBytesMax: 1_000_000,
  /** While rows are still being planned, a bulk save waits this long for more of them. */
  bulkSaveGatherMs: 1000,
  /** Errors listed in a job (contract, section 3). */
  jobErrorsMax: 20,
  /** Causes listed in a job (contract, section 3). */
  jobCausesMax: 5,
  /** Different causes counted separately per job; the others are counted together. */
  jobCausesKept: 200,
  /** Rows named per cause (contract, section 3). */
  causeRowsMax: 5,
  /** Unknown references named one by one; more are too many to fix by hand before the next try. */
  referencesNamedMax: 200,
  /** Untrusted text in a result field. */
  fieldCharsMax: 200,
  /** The name of a member, which may be a header of a file. */
  keyCharsMax: 60,
  /** Our own sentences, with the names and values that they quote. Hints need more sentences. */
  messageCharsMax: 400,
  /** Warnings of a job or of a look at a file in a result: those that matter come first. */
  warningsShownMax: 8,
  /** A warning of a job, as its status shows it. */
  warningCharsMax: 300,
  hintCharsMax: 700,
  /** A path is useful only as a whole; real ones are shorter than this. */
  pathCharsMax: 1000,
  /** The first rows of a report: enough to see their errors. */
  previewCharsMax: 1500,
  /** The same in tokens, so that the rest of the result fits beside rows in any script. */
  previewTokensMax: 1200,
  /** A line on a terminal; also the longest log line that is not cut. */
  lineCharsMax: 1000,
  /** Texts in a log, the lines of a stack, and a whole line of the log: enough to find a fault. */
  logFieldCharsMax: 1000,
  stackCharsMax: 4000,
  logLineCharsMax: 16_000,
  /**
   * A result in either form: 2,000 tokens (contract, section 3) by the estimate of `core/tokens`, which is
   * some 30 % above the count of real vocabularies for words, and less for ids.
   */
  resultTokensMax: 2600,
  /** A job in a result. */
  jobTokensMax: 2550,
  /** About as many characters in plain words, with room for non-ASCII text. */
  resultCharsMax: 5600,
  /** Inline content of an export (contract, section 3). */
  exportInlineRowsMax: 50,
  exportInlineCharsMax: 4000,
  /** All fields of an export with its content; the text form needs more for the marks around it. */
  exportInlineTokensMax: 2500,
  /** A resource read through the protocol; clients stop at 10 MB a message. */
  resourceCharsMax: 4_000_000,
  /** An export that takes longer becomes a job (contract, section 3). */
  exportWaitMs: 20_000,
  /** `waitSeconds` (contract, section 3): below the 60 s after which clients give up. */
  waitSecondsMax: 45,
  /** The interval at which a waiting status call reads the job. */
  statusPollMs: 200,
  /** The shortest interval between progress notifications. */
  progressEveryMs: 500,
  /** Records that a filter or a deletion may write without a plan that was looked at (contract, section 3). */
  unplannedWritesMax: 20,
  /** A filter: its nesting and its conditions; people write some dozens at most. */
  filterDepthMax: 8,
  filterConditionsMax: 200,
  /** The values that one condition lists: as many as a call may hold rows. */
  filterValuesMax: 500,
  /** A decimal of a filter or a formula: products of two of them stay small. */
  decimalCharsMax: 40,
  /** A dry run's plan may be run for this long (contract, section 3). */
  planAgeMsMax: 24 * 3_600_000,
  /** The time after its completion for which a job answers the same start (contract, section 3). */
  sameStartMs: 24 * 3_600_000,
  /** The time for requests in flight at shutdown (contract, section 1). */
  shutdownMs: 5000,
  /** Lost answers are collected for this long, so that one listing settles many. */
  settleGatherMs: 1000,
  /** More lost updates than this are settled by one listing instead of a look-up each. */
  lookUpsMax: 5,
  /** A run lists records again when its listing is older than this (contract, section 5.6: a minute). */
  runPictureMsMax: 50_000,
  /** The share of the allowed requests, or of the time without a limit, that a run spends on new listings. */
  runPicturePercentMax: 2,
  /** A listing that is used for longer than this causes a warning (contract, section 5.6). */
  runPictureWarnMs: 600_000,
  /**
   * A rollback reads a record by its id before it leaves it unchanged on the evidence of a list, since
   * lists may lag. More records than this are listed again instead, which costs less than a request each.
   */
  undoReadsMax: 50,
  /** Rollback lists records again when its listing is older than this: within a minute. */
  rollbackPictureMsMax: 50_000,
  /** A large account takes longer than that to list: then a finished listing may be used for this long. */
  rollbackPictureUseMs: 10_000,
  /** Records deleted by one request: a hundred times fewer requests, and a refusal is narrowed down soon. */
  bulkDeleteIdsMax: 100,
  /** The address of a bulk deletion: proxies refuse 8 KiB, and ids may have 160 characters. */
  bulkDeleteUrlCharsMax: 4000,
  /** After this many equal whole-record refusals in a row, the engine checks if Billy is locked. */
  lockedHintRefusals: 3,
  /** The interval between purges of rows and files older than BULK_RETENTION_DAYS. */
  purgeEveryMs: 24 * 3_600_000,
  /** The interval between removals of kept answers that are older than 24 hours. */
  answersPurgeEveryMs: 600_000,
  /** Entries of the journal read at once, so that memory stays flat. */
  journalPageEntries: 1000,
  /** Jobs a `list_bulk_jobs` page may hold. */
  listJobsMax: 20,
  /** Jobs that a page for programs may hold (contract, section 7). */
  listJobsPageMax: 200,
} as const;
