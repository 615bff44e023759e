using Vigil.Cli.Inputs;
using Vigil.Cli.Output;
using Vigil.Media;

namespace Vigil.Cli.Hashes;

/// <summary>Says which files of `vigil hash` could not be hashed, and which exit code that makes.</summary>
internal sealed class HashTally(Terminal terminal, Algorithms algorithms)
{
    private bool _anyFailed;

    public int ExitCode => _anyFailed ? Cli.ExitCode.Incomplete : Cli.ExitCode.Ok;

    /// <summary>
    /// The file as output is to show it: what was asked for and could not be given is a failure.
    /// </summary>
    public HashedFile Count(HashedFile file)
    {
        file = file with { Failure = Missing(file) ?? file.Failure };
        _anyFailed |= file.Failure is not null;
        if (file.Failure is { } failure)
        {
            terminal.Warn($"{Printable.Of(file.Path)}: {Printable.Of(failure.Advice)}");
        }
        else if (file.Media is { Truncated: true })
        {
            terminal.Warn(
                $"{Printable.Of(file.Path)}: its data ends early or is damaged; the hash is of what decoded."
            );
        }

        return file;
    }

    /// <summary>What was asked for and cannot be had of this kind of file.</summary>
    private Failure? Missing(HashedFile file)
    {
        var forVideo = algorithms.Vpdq || algorithms.Tmk;
        return file.Media switch
        {
            { Format: MediaFormat.Video, Outcome: MediaOutcome.Unsupported } when !forVideo => new Failure(
                "video",
                "A video has no pdq: its frames have a vpdq, the whole has a tmk."
            ),
            { Outcome: MediaOutcome.NotMedia } when algorithms.Pdq => new Failure(
                "not-media",
                "Not a picture and not a video, so only its digests can be had: use --algorithms md5,sha1,sha256."
            ),
            { Outcome: MediaOutcome.NotMedia } when forVideo => new Failure(
                "not-video",
                "Not a video, so it has no vpdq and no tmk: use pdq for a picture, md5,sha1,sha256 for any file."
            ),
            _ => null,
        };
    }
}
