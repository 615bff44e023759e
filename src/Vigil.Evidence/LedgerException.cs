namespace Vigil.Evidence;

/// <summary>What is wrong with a ledger, a key, a note or a proof.</summary>
public enum LedgerProblem
{
    /// <summary>No ledger is there.</summary>
    Missing,

    /// <summary>Text or bytes are not of the form that the specification gives them.</summary>
    Malformed,

    /// <summary>No signature of the expected key, or one that does not hold.</summary>
    NotSigned,

    /// <summary>A file is missing, cut or altered.</summary>
    Damaged,

    /// <summary>The ledger is older than one that was seen before.</summary>
    RolledBack,

    /// <summary>Another history than one that was seen before.</summary>
    Forked,

    /// <summary>The clock stands before the time of an earlier signature.</summary>
    ClockBack,

    /// <summary>An index, a size or a number of bytes is out of its range.</summary>
    OutOfRange,

    /// <summary>A native library is not on this machine.</summary>
    NoLibrary,
}

/// <summary>A ledger that cannot be relied on or used: why, as data, and what to do, as text.</summary>
public sealed class LedgerException(LedgerProblem problem, string message, Exception? inner = null)
    : IOException(message, inner)
{
    public LedgerProblem Problem { get; } = problem;
}
