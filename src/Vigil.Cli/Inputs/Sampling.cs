using System.CommandLine;
using System.Globalization;
using Vigil.Cli.Output;
using Vigil.Media;

namespace Vigil.Cli.Inputs;

/// <summary>The options that say which frames of a video are hashed.</summary>
internal sealed class Sampling
{
    /// <summary>An hour: beyond it a video has one frame.</summary>
    private const double MostSeconds = 3600;

    private readonly Option<string?> _interval;
    private readonly Option<string?> _scenes;
    private readonly FrameSampling _usual;

    public Sampling(FrameSampling usual)
    {
        _usual = usual;
        _interval = SharedOptions.Text(
            "--sample",
            "SECONDS",
            "One frame of a video in so many seconds, by true time; 0: every frame. Default: "
                + usual.IntervalSeconds.ToString(CultureInfo.InvariantCulture)
        );
        _scenes = SharedOptions.Text(
            "--scenes",
            "SHARE",
            "Also the first frame of each scene: where more than this share of the picture changes; 0: none. Default: "
                + usual.SceneChange.ToString(CultureInfo.InvariantCulture)
        );
    }

    public IEnumerable<Option> Options => [_interval, _scenes];

    public FrameSampling Read(ParseResult parsed) =>
        new()
        {
            IntervalSeconds = ReadNumber(parsed, _interval, _usual.IntervalSeconds, MostSeconds),
            SceneChange = ReadNumber(parsed, _scenes, _usual.SceneChange, 1),
        };

    private static double ReadNumber(ParseResult parsed, Option<string?> option, double fallback, double most)
    {
        const NumberStyles style = NumberStyles.AllowDecimalPoint;
        return parsed.GetValue(option) is not { } text ? fallback
            : double.TryParse(text, style, CultureInfo.InvariantCulture, out var value) && value <= most
                ? value
            : throw new UsageException(
                $"{option.Name} takes a number from 0 to {most}, not '{Printable.Of(text)}'."
            );
    }
}
