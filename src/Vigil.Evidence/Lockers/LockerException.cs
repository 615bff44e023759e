namespace Vigil.Evidence;

/// <summary>Why the locker did not do what was asked.</summary>
public enum LockerProblem
{
    /// <summary>No such object.</summary>
    NotFound,

    /// <summary>An object of that name is there: objects are never replaced.</summary>
    Exists,

    /// <summary>Something is held, so it is not destroyed.</summary>
    Held,

    /// <summary>An object cannot be opened, so its epoch is not destroyed.</summary>
    Damaged,

    /// <summary>More bytes than an object may have.</summary>
    TooLarge,
}

/// <summary>The locker did not do what was asked: why, as data, and what to do, as text.</summary>
public sealed class LockerException(LockerProblem problem, string message, Exception? inner = null)
    : IOException(message, inner)
{
    public LockerProblem Problem { get; } = problem;
}
