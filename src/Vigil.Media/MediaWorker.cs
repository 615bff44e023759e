using Vigil.Media.Sandboxing;
using Vigil.Media.Worker;

namespace Vigil.Media;

/// <summary>The process inside the sandbox: the hidden verb of `vigil`.</summary>
public static class MediaWorker
{
    /// <summary>First argument that makes `vigil` a worker.</summary>
    public const string Verb = "media-worker";

    /// <summary>Serves jobs from standard input until it closes; returns the exit code.</summary>
    public static int Run()
    {
        if (WorkerPipe.Take() is not { } pipe)
        {
            Console.Error.WriteLine(
                $"`vigil {Verb}` is started by vigil itself, with pipes as input and output."
            );
            return 2;
        }
        using var loop = new WorkerLoop(pipe);
        loop.WarmUp();
        SelfProtection.LockMemory();
        var isProtected = SelfProtection.Apply();
        var required =
            Environment.GetEnvironmentVariable(SandboxLine.SandboxVariable) != nameof(MediaSandbox.None);
        if (required && !isProtected)
        {
            Console.Error.WriteLine(
                "The worker could not install its system call filter and refuses to serve."
            );
            return 3;
        }
        if (!pipe.SilenceErrors())
        {
            return 4;
        }
        loop.Serve();
        return 0;
    }
}
