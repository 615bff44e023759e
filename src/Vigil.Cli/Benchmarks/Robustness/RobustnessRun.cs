using System.Diagnostics;
using Spectre.Console;
using Vigil.Cli.Inputs;
using Vigil.Cli.Output;
using Vigil.Files;
using Vigil.Hashing;
using Vigil.Media;
using Vigil.Media.Transforms;

namespace Vigil.Cli.Benchmarks.Robustness;

/// <summary>What is asked of a run.</summary>
internal sealed record RobustnessOptions(
    string Folder,
    string? Negatives,
    int MaxSidePixels,
    int Jobs,
    long MaxBytes,
    EvaluationOptions Evaluation
);

/// <summary>What the run looked at.</summary>
/// <param name="LeftOut">Files that were no picture, could not be read, or whose quality no list would take.</param>
internal sealed record RobustnessData(
    IReadOnlyList<SourcePicture> Pictures,
    IReadOnlyList<NearPair> NearPairs,
    Distances Distances,
    Evaluation Evaluation,
    int LeftOut,
    TimeSpan Took
);

/// <summary>
/// Hashes every picture and its transforms in the sandbox. Nothing is kept: the same seed gives the same run.
/// </summary>
internal sealed class RobustnessRun(Terminal terminal, MediaPool pool, RobustnessOptions options)
{
    /// <summary>Two groups in each half are the least that say anything.</summary>
    private const int MinGroups = 4;

    private static readonly MediaRequest Plain = new() { Digests = false };

    private readonly long _started = Stopwatch.GetTimestamp();
    private int _done;
    private int _leftOut;

    /// <exception cref="UsageException">Too few pictures.</exception>
    public async Task<RobustnessData> RunAsync(CancellationToken cancellation)
    {
        var files = FilesOf(options.Folder, negative: false);
        if (options.Negatives is { } negatives)
        {
            files = files.Concat(FilesOf(negatives, negative: true));
        }
        var items = files.ToList();
        var pictures = new List<SourcePicture>();
        await terminal.WithProgressAsync(
            "Transforming",
            async bar =>
            {
                if (bar is not null)
                {
                    bar.MaxValue = items.Sum(WeightOf);
                }
                await OrderedWork.RunAsync(items, options.Jobs, ReadAsync, Take, cancellation);

                void Take(IReadOnlyList<(Source Source, SourcePicture? Picture)> batch)
                {
                    foreach (var (source, picture) in batch)
                    {
                        _done++;
                        if (picture is not null)
                        {
                            pictures.Add(picture);
                        }
                        bar?.Increment(WeightOf(source));
                    }
                    if (bar is not null)
                    {
                        bar.Description = Rate();
                    }
                }
            }
        );
        return Evaluate(pictures, cancellation);
    }

    private readonly record struct Source(WalkItem File, string Root, bool Negative);

    private static IEnumerable<Source> FilesOf(string root, bool negative) =>
        new FolderWalk().FilesInOrder(root).Select(item => new Source(item, root, negative));

    /// <summary>A picture with all its transforms takes as long as so many that are hashed once.</summary>
    private static double WeightOf(Source source) => source.Negative ? 1 : 60;

    private string Rate()
    {
        var minutes = Stopwatch.GetElapsedTime(_started).TotalMinutes;
        return $"{_done:N0} pictures, {_done / Math.Max(minutes, 1e-3):N0} a minute";
    }

    private RobustnessData Evaluate(List<SourcePicture> pictures, CancellationToken cancellation)
    {
        var near = Halves.Group(pictures);
        var groups = pictures.Where(picture => !picture.IsNegative).Select(picture => picture.Group);
        if (groups.Distinct().Count() is var count && count < MinGroups)
        {
            throw new UsageException(
                $"{count} different pictures are too few: give a folder with at least {MinGroups}, better with 150."
            );
        }
        Halves.Deal(pictures, options.Evaluation.Seed);
        var distances = Distances.Of(pictures, options.Jobs, cancellation);
        return new RobustnessData(
            pictures,
            near,
            distances,
            new Evaluation(distances, options.Evaluation),
            _leftOut,
            Stopwatch.GetElapsedTime(_started)
        );
    }

    private async Task<(Source Source, SourcePicture? Picture)> ReadAsync(
        Source source,
        CancellationToken cancellation
    )
    {
        var picture = source.File.Failure is { } failure
            ? LeaveOut(source, failure.Advice)
            : await ReadPictureAsync(source, cancellation);
        return (source, picture);
    }

    private async Task<SourcePicture?> ReadPictureAsync(Source source, CancellationToken cancellation)
    {
        byte[] file;
        try
        {
            await using var content = InputFile.OpenRead(source.File.Path);
            if (content.Length > options.MaxBytes)
            {
                return LeaveOut(source, "larger than --max-bytes");
            }
            file = new byte[content.Length];
            await content.ReadExactlyAsync(file, cancellation);
        }
        catch (IOException e)
        {
            return LeaveOut(source, e.Message);
        }
        using var stream = new MemoryStream(file, writable: false);
        var entry = await pool.HashAsync(stream, Plain, cancellation);
        if (entry.Outcome != MediaOutcome.Done || entry.Hashes[0].Quality < Quality.DefaultFloor)
        {
            return LeaveOut(
                source,
                entry.Outcome == MediaOutcome.Done ? "quality below 50" : Advice.Kebab(entry.Outcome)
            );
        }
        IReadOnlyList<TransformHash> uploads = [];
        if (!source.Negative)
        {
            try
            {
                (_, uploads) = await pool.TransformAsync(
                    file,
                    options.MaxSidePixels,
                    options.Evaluation.Seed,
                    cancellation
                );
            }
            catch (MediaSandboxException e)
            {
                return LeaveOut(source, e.Message);
            }
        }
        var name = Path.GetRelativePath(source.Root, source.File.Path);
        var category = name.Contains('/') ? name[..name.IndexOf('/')] : "pictures";
        var hash = new PdqResult(entry.Hashes[0].Hash, entry.Hashes[0].Quality);
        return new SourcePicture(name, source.Negative ? $"list: {category}" : category, hash, uploads);
    }

    private SourcePicture? LeaveOut(Source source, string why)
    {
        Interlocked.Increment(ref _leftOut);
        terminal.Warn($"{Printable.Of(source.File.Path)}: left out: {Printable.Of(why)}");
        return null;
    }
}
