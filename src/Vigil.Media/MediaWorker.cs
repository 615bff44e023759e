namespace Vigil.Media;

/// <summary>The process inside the sandbox: the hidden verb of `vigil`.</summary>
public static class MediaWorker
{
    /// <summary>First argument that makes `vigil` a worker.</summary>
    public const string Verb = "media-worker";

    /// <summary>Serves jobs from standard input until it closes; returns the exit code.</summary>
    public static int Run() => throw new NotSupportedException();
}
