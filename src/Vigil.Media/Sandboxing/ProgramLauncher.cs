using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vigil.Media.Sandboxing;

/// <summary>Starts a program of Debian's, one process a file, in a sandbox of its own.</summary>
internal sealed class ProgramLauncher
{
    private readonly MediaSandbox _sandbox;
    private readonly StartAbilities _can;

    /// <exception cref="MediaSandboxException">A program is missing, or the processor has no filter.</exception>
    public ProgramLauncher(MediaSandbox sandbox, SandboxedProgram program)
    {
        (_sandbox, _can, Program) = (sandbox, SandboxLauncher.Prepare(sandbox), program);
        if (program.Command.FirstOrDefault(path => !new FileInfo(path).Exists) is { } missing)
        {
            throw new MediaSandboxException(
                $"{program.Purpose} by {missing}, which is missing: apt-get install {program.Package}."
            );
        }
        if (sandbox == MediaSandbox.Required && SystemCalls.ForThisProcessor is null)
        {
            throw new MediaSandboxException(
                $"{program.Purpose} under a filter of system calls, which x86-64 and arm64 have; this is another."
            );
        }
    }

    public SandboxedProgram Program { get; }

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
        var line = SandboxLine.BuildProgram(_sandbox, _can, Program, seconds, arguments);
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
