using Vigil.Server.Http;

namespace Vigil.Server.Features.Cases;

/// <summary>All limits of cases, in one place.</summary>
internal static class CaseLimits
{
    /// <summary>Items of one case; what comes after opens a case that continues it.</summary>
    public const int ItemsPerCase = 200;

    /// <summary>Flags kept of one item with their words; further ones are counted, and the case says so.</summary>
    public const int FlagsPerItem = 50;

    /// <summary>The same of bytes of their words, sealed.</summary>
    public const int FlagBytesPerItem = 2 * 1024 * 1024;

    /// <summary>
    /// Flags of one reporter about one account, of no content, that are kept with their words within
    /// <see cref="ReporterTime"/>; further ones are counted, or one reporter could fill a case. Own choice.
    /// </summary>
    public const int FlagsOfReporter = 20;

    public static readonly TimeSpan ReporterTime = TimeSpan.FromHours(24);

    /// <summary>Rows of flags that an item can have: those that are kept, and a number for each reason.</summary>
    public static readonly int FlagRowsPerItem = FlagsPerItem + Enum.GetValues<FlagReason>().Length;

    /// <summary>Lines of the timeline that are shown, the newest; notes are refused when so many stand.</summary>
    public const int TimelineLines = 1000;

    public const int NoteCharacters = 4000;
    public const int FlagTextCharacters = 4000;
    public const int ThreadMessages = 50;
    public const int MessageCharacters = 2000;
    public const int PseudonymCharacters = 256;
    public const int ContentRefCharacters = 512;

    /// <summary>A reason stands in the ledger.</summary>
    public const int ReasonCharacters = 200;

    /// <summary>What clocks of others may be ahead.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>A case waits for something at most this long, then it comes back.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromDays(30);

    /// <summary>Until a case that somebody skipped is offered to them again.</summary>
    public static readonly TimeSpan SkippedFor = TimeSpan.FromHours(4);

    /// <summary>Cases decided by one act; exact matches only.</summary>
    public const int BulkCases = 50;

    /// <summary>Queues of a tenant, and words of one rule.</summary>
    public const int Queues = 30;
    public const int QueueWords = 8;
    public const int QueueNameCharacters = 60;

    public const int PageRows = 200;
    public const int PageRowsDefault = 50;

    /// <summary>Bytes of a flag with its thread.</summary>
    public const int FlagBytes = 512 * 1024;

    /// <inheritdoc cref="Given.Optional"/>
    public static string? Optional(string? text, int most, string member) =>
        Given.Optional(text, most, member);

    /// <inheritdoc cref="Given.Required"/>
    public static string Required(string? text, int most, string member) =>
        Given.Required(text, most, member);
}
