namespace Vigil.Media.Protocol;

/// <summary>
/// What a worker can be told to do wrong, so that every limit is proved in the real sandbox and not in a
/// model of it. Only <see cref="HashOrder"/> carries it, and no public member sets it.
/// </summary>
internal enum Misbehaviour : uint
{
    None,

    /// <summary>Touches the given number of bytes of native memory, then waits for ever.</summary>
    Allocate,

    /// <summary>Computes for ever.</summary>
    Spin,

    /// <summary>Waits for ever.</summary>
    Sleep,

    /// <summary>Calls abort(), as a native library does that finds its heap damaged.</summary>
    Abort,

    /// <summary>Writes through a null pointer in native code.</summary>
    Segfault,

    /// <summary>Ends with the given exit code and no answer.</summary>
    Exit,

    /// <summary>Answers with bytes that are no frame.</summary>
    Garbage,

    /// <summary>Answers for another job.</summary>
    WrongJob,

    /// <summary>Announces more records than the job allows.</summary>
    TooManyRecords,

    /// <summary>Announces the longest payload there is.</summary>
    EndlessPayload,

    /// <summary>Answers twice.</summary>
    TwoAnswers,

    /// <summary>
    /// Starts a program that is not there: where the call is let through, the job goes on to its end.
    /// </summary>
    Execute,

    /// <summary>Starts threads without end.</summary>
    Threads,

    /// <summary>Writes to standard output and standard error, then goes on with the job.</summary>
    Chatter,

    /// <summary>Stops reading after the fixed part of the request.</summary>
    StopReading,
}
