using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vigil.Media.Sandboxing;

/// <summary>Starts ffmpeg, one process a video, in a sandbox of its own.</summary>
internal sealed class FfmpegLauncher
{
    private readonly MediaSandbox _sandbox;
    private readonly StartAbilities _can;

    /// <exception cref="MediaSandboxException">A program is missing, or the processor has no filter.</exception>
    public FfmpegLauncher(MediaSandbox sandbox)
    {
        (_sandbox, _can) = (sandbox, SandboxLauncher.Prepare(sandbox));
        if (!new FileInfo(SandboxPrograms.Ffmpeg).Exists)
        {
            throw new MediaSandboxException(
                $"Video is decoded by {SandboxPrograms.Ffmpeg}, which is missing: apt-get install ffmpeg."
            );
        }
        if (sandbox == MediaSandbox.Required && SystemCalls.ForThisProcessor is null)
        {
            throw new MediaSandboxException(
                "Video is decoded under a filter of system calls, which x86-64 and arm64 have; this is another."
            );
        }
    }

    /// <summary>
    /// The process dies with the thread that calls this (PR_SET_PDEATHSIG watches threads, not processes).
    /// </summary>
    /// <param name="cpuLimit">Processor time after which the kernel ends it.</param>
    /// <param name="descriptors">By <see cref="ChildDescriptors"/>, without the filter.</param>
    /// <exception cref="MediaSandboxException">The program could not be started.</exception>
    public ChildProcess Start(
        IEnumerable<string> arguments,
        TimeSpan cpuLimit,
        ReadOnlySpan<SafeFileHandle?> descriptors
    )
    {
        var seconds = (long)Math.Ceiling(cpuLimit.TotalSeconds) + 1;
        var line = SandboxLine.BuildFfmpeg(_sandbox, _can, seconds, arguments);
        if (_sandbox == MediaSandbox.None)
        {
            return ChildProcess.Start(line, descriptors);
        }
        using var filter = Pipe.Open();
        using (var writing = new FileStream(filter.Writing, FileAccess.Write, bufferSize: 0))
        {
            // Under 4 KiB: the pipe takes it before anybody reads.
            writing.Write(FilterBytes());
        }
        var all = new SafeFileHandle?[ChildDescriptors.Count];
        descriptors.CopyTo(all);
        all[ChildDescriptors.Filter] = filter.Reading;
        return ChildProcess.Start(line, all);
    }

    private static ReadOnlySpan<byte> FilterBytes() =>
        MemoryMarshal.AsBytes<BpfInstruction>(
            SystemCallFilter.AssembleForProgram(SystemCalls.ForThisProcessor!)
        );
}
