namespace Vigil.Server.Features.Lists;

/// <summary>Every limit of this feature, with its reason.</summary>
internal static class ListsLimits
{
    /// <summary>Lists that are not removed, of one tenant: each is looked up at every scan.</summary>
    public const int MaxLists = 500;

    public const int MaxTitleCharacters = 200;
    public const int MaxTermsCharacters = 2000;

    /// <summary>As the ledger takes it.</summary>
    public const int MaxReasonCharacters = 200;

    public const int MaxSourceRefCharacters = 128;
    public const int MaxCategoryCharacters = 64;
    public const int MaxFileNameCharacters = 200;
    public const int MaxStaleAfterDays = 3660;

    /// <summary>Entries of one request in JSON; more come as an import.</summary>
    public const int MaxEntriesPerRequest = 1000;

    /// <summary>Entries or imports shown at once.</summary>
    public const int MaxPage = 500;

    /// <summary>
    /// Rows of one transaction of an import: some 50 ms, so that the hits of scans get their turn between.
    /// </summary>
    public const int RowsPerTransaction = 1000;

    /// <summary>Some 30 million hash lines.</summary>
    public const long MaxImportBytes = 2L * 1024 * 1024 * 1024;

    public const long MaxImportRows = 20_000_000;

    /// <summary>Bytes of a body that wait in memory for the database; then the sender waits.</summary>
    public const int MaxBytesInFlight = 8 * 1024 * 1024;

    /// <summary>Imports of a tenant: more would only share the one writer.</summary>
    public const int MaxImportsAtOnce = 2;

    /// <summary>Imports of one process from which on a tenant has one: others' slow senders hold up nobody.</summary>
    public const int ManyImports = 8;

    /// <summary>How long an answer waits for a small import to be done.</summary>
    public static readonly TimeSpan AnswerWait = TimeSpan.FromSeconds(2);

    /// <summary>How long an import waits for a database that is busy or away, at one batch.</summary>
    public static readonly TimeSpan ImportPatience = TimeSpan.FromMinutes(2);

    /// <summary>A running import says so this often.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(3);

    /// <summary>One that has not said so for this long has ended with its process.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(15);

    /// <summary>VICS is written as one document, in memory.</summary>
    public const int MaxVicsEntries = 100_000;

    /// <summary>Entries read at once for an export.</summary>
    public const int ExportPage = 2000;

    /// <summary>Each is held in memory by every scanning process.</summary>
    public const int MaxSuppressions = 100_000;

    public const int MaxSampleEvery = 10_000;

    public static readonly TimeSpan MaxSuppressionLife = TimeSpan.FromDays(366);
}
