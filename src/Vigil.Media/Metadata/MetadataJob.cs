using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Vigil.Media.Decoding;
using Vigil.Media.Pool;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Metadata;

/// <summary>One file: its bytes into memory, an exiftool that reads them, and what it wrote.</summary>
internal sealed class MetadataJob(
    ProgramLauncher launcher,
    Watchdog watchdog,
    MetadataLimits limits,
    CancellationToken cancellation
)
{
    public FileMetadata Run(Stream content)
    {
        long length;
        try
        {
            length = content.Length - content.Position;
        }
        catch (IOException)
        {
            return Ended(MediaOutcome.ReadError);
        }
        if (length == 0 || length > limits.MaxFileBytes)
        {
            return Ended(length == 0 ? MediaOutcome.Empty : MediaOutcome.TooManyBytes);
        }
        using var input = InheritedFile.Take(content, length, digests: false);
        if (input is null)
        {
            return Ended(MediaOutcome.ReadError);
        }
        Span<byte> start = stackalloc byte[VideoHasher.SniffBytes];
        var format = FormatSniffer.Sniff(start[..input.ReadStart(start)]);
        // exiftool reads far more than pictures and videos; nothing else is given to it.
        return (format == MediaFormat.Unknown ? Ended(MediaOutcome.NotMedia) : Read(input.Handle)) with
        {
            Format = format,
        };
    }

    /// <param name="arguments">Others for the tests of the sandbox alone.</param>
    internal (MediaOutcome? Outcome, byte[] Output, int Bytes) Collect(
        SafeFileHandle file,
        IReadOnlyList<string> arguments
    )
    {
        var pipe = Pipe.Open();
        using var reading = new FileStream(pipe.Reading, FileAccess.Read, bufferSize: 0);
        using var run = Start(file, pipe.Writing, arguments);
        var output = new byte[limits.MaxOutputBytes + 1];
        var bytes = ReadAll(reading, output);
        if (bytes > limits.MaxOutputBytes)
        {
            return (MediaOutcome.TooManyBytes, output, 0);
        }
        return (run.Finish().Outcome, output, bytes);
    }

    private FileMetadata Read(SafeFileHandle file)
    {
        var (outcome, output, bytes) = Collect(file, ExifToolArguments.Read);
        try
        {
            return outcome is { } ended ? Ended(ended)
                : MetadataAnswer.Read(output.AsSpan(0, bytes), limits) is not { } read
                    ? Ended(MediaOutcome.WorkerCrashed)
                : read.Outcome == MediaOutcome.Done ? read
                : Ended(read.Outcome);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(output);
        }
    }

    private ProgramRun Start(SafeFileHandle file, SafeFileHandle writing, IReadOnlyList<string> arguments)
    {
        // Standard error, which it would otherwise have of this process.
        using var nowhere = new SafeFileHandle(
            LibC.Open("/dev/null", LibC.WriteOnly | LibC.CloseOnExec, 0),
            ownsHandle: true
        );
        using (writing)
        {
            if (nowhere.IsInvalid)
            {
                throw new MediaSandboxException("/dev/null cannot be opened: too many open files?");
            }
            return new ProgramRun(
                launcher,
                watchdog,
                new MediaLimits
                {
                    MaxResidentBytes = limits.MaxResidentBytes,
                    MaxCpuTime = limits.MaxCpuTime,
                    MaxWallTime = limits.MaxWallTime,
                },
                arguments,
                [file, writing, nowhere],
                cancellation
            );
        }
    }

    private static int ReadAll(Stream stream, Span<byte> into)
    {
        try
        {
            return stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static FileMetadata Ended(MediaOutcome outcome) =>
        new()
        {
            Outcome = outcome,
            Advice = outcome switch
            {
                MediaOutcome.NotMedia => "Neither a picture nor a video that is known: no metadata is read.",
                MediaOutcome.TooManyBytes => "The file, or its metadata, is over the limit of bytes.",
                MediaOutcome.Damaged => "The metadata cannot be read: the file is damaged.",
                MediaOutcome.OutOfMemory => "Reading took too much memory: treat the file as hostile.",
                MediaOutcome.OutOfTime => "Reading took too long: treat the file as hostile.",
                MediaOutcome.WorkerCrashed =>
                    "exiftool broke on this file: treat it as hostile; it was not tried again.",
                _ => MediaAdvice.Result(outcome).Advice,
            },
        };
}
