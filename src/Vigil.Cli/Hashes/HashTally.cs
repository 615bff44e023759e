using Vigil.Cli.Inputs;
using Vigil.Cli.Output;
using Vigil.Media;

namespace Vigil.Cli.Hashes;

/// <summary>Says which files of `vigil hash` could not be hashed, and which exit code that makes.</summary>
internal sealed class HashTally(Terminal terminal, Algorithms algorithms)
{
    private bool _anyFailed;
    private bool _anyVideo;

    public int ExitCode =>
        _anyFailed ? Cli.ExitCode.Incomplete
        : _anyVideo ? Cli.ExitCode.Usage
        : Cli.ExitCode.Ok;

    /// <summary>
    /// The file as output is to show it: what was asked for and could not be given is a failure.
    /// </summary>
    public HashedFile Count(HashedFile file)
    {
        if (file.Media is { Outcome: MediaOutcome.NotMedia } && algorithms.Pdq)
        {
            file = file with
            {
                Failure = new Failure(
                    "not-media",
                    "Not a picture, so it has no PDQ hash: use --algorithms md5,sha1,sha256."
                ),
            };
        }

        if (file.Media is { Format: MediaFormat.Video, Outcome: MediaOutcome.Unsupported })
        {
            _anyVideo = true;
        }
        else if (file.Failure is not null)
        {
            _anyFailed = true;
        }

        if (file.Failure is { } failure)
        {
            terminal.Warn($"{Printable.Of(file.Path)}: {Printable.Of(failure.Advice)}");
        }
        else if (file.Media is { Truncated: true })
        {
            terminal.Warn(
                $"{Printable.Of(file.Path)}: its data ends early; the PDQ hash is of what decoded."
            );
        }

        return file;
    }
}
