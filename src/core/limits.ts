/** Every bound of the program in one place, each with its reason. */

export const LIMITS = {
  /** Billy's documented maximum (billy-api.md section 3). */
  listPageSize: 1000,
  /** A whole list that is still inconsistent after this many passes is reported, not guessed. */
  listPassesMax: 40,
  /** So many passes in a row that show the same records are the list, whatever Billy counts. */
  listSamePasses: 3,
  /** A list that shows less than Billy counts may lag behind what was written: seconds, as far as was seen. */
  listSettleMs: 3000,
  /** Pages in a row that bring no record that the pass has not shown: the server answers the same for ever. */
  listRepeatsMax: 10,
  /** Records of a list: as many as a file may have rows. */
  listRecordsMax: 2_000_000,
  /** Records beyond twice of what Billy counts: more is no miscount. */
  listUncountedMax: 10_000,
  /** Pages with fewer records than this on the average, beyond so many spare ones, are no pages of a list. */
  listPageRecordsMin: 25,
  listSparePages: 200,
  /** Records of a list that is held in memory as a whole, such as accounts or countries. */
  smallListRecordsMax: 5000,
  /** A page larger than this is asked for in smaller pages; a thousand contacts with persons take 3 MB. */
  pageBytesMax: 8 * 1024 * 1024,
  pageValuesMax: 300_000,
  /** Any other answer: a hundred records with their children take some 500 KB. */
  answerBytesMax: 2 * 1024 * 1024,
  answerValuesMax: 100_000,
  /** Objects inside of objects: Billy's records lie five deep. What lies deeper is read as null. */
  answerDepthMax: 32,
  /** Children of one kind in a record: as many as one invoice may have lines. */
  recordChildrenMax: 1000,
  /** Parts of a refusal that are read: a hundred records with their children are named by fewer. */
  refusalPartsMax: 5000,
  /** A read whose answer is JSON of Billy's and yet unreadable is asked again so often before it is given up. */
  unreadableAttemptsMax: 5,
  /** A write that is known not to have happened is sent this often before the row fails. */
  writeAttemptsMax: 3,
  /** Billy unreachable, failing or refusing for this long pauses the job (contract, section 3). */
  outageMs: 60_000,
  /** A deletion may be repeated without harm; after so many lost answers a rollback gives the row up. */
  undoAttemptsMax: 8,
  /** Waits between retries grow to this and no further. */
  backoffMsMax: 30_000,
  /** The longest `Retry-After` that is obeyed; a longer one is cut so that a typo cannot park a job. */
  retryAfterMsMax: 15 * 60_000,
  /** A date is read by two clocks, of which one may have been set: after so long the server is asked again. */
  retryAfterDateMsMax: 60_000,
  /** One message of the client: 1 MiB of text, each sign written as an escape, fits. */
  messageBytesMax: 10 * 1024 * 1024,
  /** Values of a call's message: 500 rows of a hundred columns. More keep the event loop for too long. */
  messageValuesMax: 50_000,
  /** Values of any other message, which holds settings and names. */
  otherMessageValuesMax: 5000,
  /** Members of one list or object of a message: twice the rows that may travel in a call. */
  messageMembersMax: 1000,
  /** Objects inside of objects in a message: filters nest, and nothing else does. */
  messageDepthMax: 32,
  /** What is kept of a message that is too large, to answer it by its id. */
  messageOutlineBytesMax: 64 * 1024,
  /** An id or a progress token: it is sent back with each answer. */
  messageIdCharsMax: 1000,
  /** Calls under way at once; a host that calls tools side by side has some dozens. */
  callsInFlightMax: 64,
  /** One text inside of a call: `csvContent` is the longest. */
  argumentCharsMax: 1024 * 1024,
  /** All texts and names inside of a call: 500 rows of 4,000 characters, or `csvContent` and as much again. */
  argumentsCharsMax: 2 * 1024 * 1024,
  /** Inline text through the model (contract, section 3). */
  csvContentBytesMax: 1024 * 1024,
  /** Inline rows through the model (contract, section 3). */
  inlineRowsMax: 500,
  /** What a start looks at before it answers (contract, section 3). */
  headBytes: 64 * 1024,
  /** A file name; the usual file systems take no longer one. */
  fileNameBytesMax: 255,
  /** A file that holds a token; tokens have some dozens of characters, so a larger file is another one. */
  secretFileBytesMax: 4096,
  /** A header row with more columns than this is no customer or product file. */
  columnsMax: 200,
  /** One cell; Excel itself stops at 32,767 characters. */
  cellCharsMax: 32_767,
  /** Cells of one row of a CSV, blank ones too: Excel's own columns. A row of millions is no table. */
  rowCellsMax: 16_384,
  /** Marks on one letter (Unicode Standard Annex 15, section 13): more are an attack on composing. */
  marksMax: 30,
  /** A header or a key of a record; a longer one is a text that stands in the wrong place. */
  headerCharsMax: 1000,
  /** Lists and objects within one another in a JSON file, of which only two can be rows and cells. */
  jsonDepthMax: 32,
  /** Parts of a workbook; Excel's own have some dozens, an archive made to stall us has millions. */
  xlsxPartsMax: 10_000,
  /** Names, extra fields and comments of a workbook's archive, which are held in memory. */
  xlsxDirectoryBytesMax: 4 * 1024 * 1024,
  /** A workbook's lists of sheets, relations and formats: far above any real one. */
  xlsxIndexBytesMax: 16 * 1024 * 1024,
  /** Formats of cells; Excel stops at 65,490. */
  xlsxFormatsMax: 65_536,
  /** Elements within one another: Excel's own reach some ten, and each open one takes memory. */
  xmlDepthMax: 64,
  /** The name of an element; no real one has fifty characters. */
  xmlNameCharsMax: 255,
  /** Elements of a sheet before its first row: Excel describes each of its 16,384 columns by one. */
  xlsxElementsBeforeRowsMax: 20_000,
  /**
   * What the head of a workbook may take to read, all its parts together: half a second of CPU time,
   * so that a call ends within two on a busy machine. Headers may lie behind a quarter million texts.
   */
  xlsxHeadElementsMax: 600_000,
  xlsxHeadCharsMax: 16 * 1024 * 1024,
  /** A workbook's table of texts is kept while its rows are read: as XML, and how many. */
  xlsxTextsBytesMax: 256 * 1024 * 1024,
  xlsxTextsMax: 5_000_000,
  /** So much of it is kept in memory, the rest in a file. */
  xlsxTextsMemoryBytes: 16 * 1024 * 1024,
  /** A sheet unpacked: Excel's 1,048,576 rows at some forty columns; more is a bomb. */
  xlsxSheetBytesMax: 2 * 1024 * 1024 * 1024,
  /** Blank rows above a workbook's header, so that the head is found quickly. */
  xlsxHeaderRowsMax: 1000,
  /** Items written or read at a time: keeps memory flat and transactions short. */
  storeBatchRows: 200,
  /** Rows of one invoice; more than any real one has, and the item still fits in memory. */
  groupLinesMax: 1000,
  /** Items handed to the senders at a time: enough for one request of many. */
  runBatchRows: 100,
  /** Records of one bulk save (contract, section 3). */
  bulkSaveRowsMax: 100,
  /** And their JSON: what stands before Billy may take no more than a megabyte. */
  bulkSaveBytesMax: 1_000_000,
  /** While rows are still decided, a bulk save waits this long for the ones that would fill it. */
  bulkSaveGatherMs: 1000,
  /** Errors listed in a job (contract, section 3). */
  jobErrorsMax: 20,
  /** Causes listed in a job (contract, section 3). */
  jobCausesMax: 5,
  /** Different causes counted apart per job; the rest is counted together. */
  jobCausesKept: 200,
  /** Rows named per cause (contract, section 3). */
  causeRowsMax: 5,
  /** Unknown references named one by one; nobody mends more by hand before the next try. */
  referencesNamedMax: 200,
  /** Untrusted text in a result field. */
  fieldCharsMax: 200,
  /** The name of a member, which may be a header of a file. */
  keyCharsMax: 60,
  /** Sentences of ours, with the names and values that they quote; what a reader can do takes more of them. */
  messageCharsMax: 400,
  /** A warning of a job, as its status shows it. */
  warningCharsMax: 300,
  hintCharsMax: 700,
  /** A path is of use only as a whole; nobody's are longer than this. */
  pathCharsMax: 1000,
  /** The first rows of a report: enough to see what is wrong with them. */
  previewCharsMax: 1500,
  /** The same in tokens, so that the rest of the result has its place beside rows of any letters. */
  previewTokensMax: 1200,
  /** A line on a terminal; also what a log line may have without being looked at. */
  lineCharsMax: 1000,
  /** Texts in a log, the lines of a stack, and a whole line of the log: what helps to find a fault, and no more. */
  logFieldCharsMax: 1000,
  stackCharsMax: 4000,
  logLineCharsMax: 16_000,
  /**
   * A result in either form: 2,000 tokens (contract, section 3) by the estimate of `core/tokens`, which is some 30 %
   * above what vocabularies make of words, and less above what they make of ids.
   */
  resultTokensMax: 2600,
  /** A job in it. */
  jobTokensMax: 2550,
  /** About as much in plain words, with room for non-ASCII text. */
  resultCharsMax: 5600,
  /** Inline content of an export (contract, section 3). */
  exportInlineRowsMax: 50,
  exportInlineCharsMax: 4000,
  /** All facts of an export with its content; the words take some more for the marks around it. */
  exportInlineTokensMax: 2500,
  /** A resource read through the protocol; clients stop at 10 MB a message. */
  resourceCharsMax: 4_000_000,
  /** An export that takes longer becomes a job (contract, section 3). */
  exportWaitMs: 20_000,
  /** `waitSeconds` (contract, section 3): below the 60 s after which clients give up. */
  waitSecondsMax: 45,
  /** How often a waiting status call looks again. */
  statusPollMs: 200,
  /** Progress notifications no more often than this. */
  progressEveryMs: 500,
  /** A dry run's plan may be run for this long (contract, section 3). */
  planAgeMsMax: 24 * 3_600_000,
  /** After its completion a job still stands for the same start this long (contract, section 3). */
  sameStartMs: 24 * 3_600_000,
  /** In-flight requests get this long at shutdown (contract, section 1). */
  shutdownMs: 5000,
  /** Lost answers are gathered this long so that one listing settles many. */
  settleGatherMs: 1000,
  /** More lost updates than this are settled by one listing instead of a look-up each. */
  lookUpsMax: 5,
  /** A run lists records again when its picture is older than this (contract, section 5.6: a minute). */
  runPictureMsMax: 50_000,
  /** Of the allowed requests, or of the time where no limit is set, that a run spends on new listings. */
  runPicturePercentMax: 2,
  /** A picture that has to serve longer than this is warned of (contract, section 5.6). */
  runPictureWarnMs: 600_000,
  /**
   * What a rollback would leave as it is by a list is read by its id, since lists may lag. More records
   * than this are listed again instead, which costs less than a request each.
   */
  undoReadsMax: 50,
  /** Rollback lists records again when its picture is older than this (issue: within a minute). */
  rollbackPictureMsMax: 50_000,
  /** A large account takes longer to list than that: then the picture serves this long once it is there. */
  rollbackPictureUseMs: 10_000,
  /** Records deleted by one request: a hundred times fewer requests, and a refusal is soon narrowed down. */
  bulkDeleteIdsMax: 100,
  /** The address of a bulk deletion: proxies refuse 8 KiB, and ids may have 160 characters. */
  bulkDeleteUrlCharsMax: 4000,
  /** Equal whole-record refusals in a row that make the engine ask whether Billy is locked. */
  lockedHintRefusals: 3,
  /** How often what is older than BULK_RETENTION_DAYS is looked for. */
  purgeEveryMs: 24 * 3_600_000,
  /** Entries of the journal read at once: memory stays flat however long it is. */
  journalPageEntries: 1000,
  /** Jobs a `list_bulk_jobs` page may hold. */
  listJobsMax: 20,
} as const;
