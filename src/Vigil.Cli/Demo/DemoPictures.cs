using Vigil.Cli.Samples;
using Vigil.Media;

namespace Vigil.Cli.Demo;

/// <summary>The drawn samples, which of them are listed, and how changed copies come to be files.</summary>
internal sealed class DemoPictures(MediaPool pool, string folder)
{
    private readonly List<Sample> _samples = [.. SampleScenes.DrawAll()];

    public int Listed => _samples.Count(IsListed);

    public int Others => _samples.Count - Listed;

    public IEnumerable<string> ListedNames => _samples.Where(IsListed).Select(sample => sample.Name);

    public static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);

    /// <summary>Writes every sample, changed in one way, to the folder, in place of what was there.</summary>
    public async Task WriteAsync(Transform transform, CancellationToken cancellation)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        await Parallel.ForEachAsync(
            _samples,
            cancellation,
            (sample, stop) => WriteAsync(sample, transform, stop)
        );
    }

    /// <summary>Two of five, spread over all kinds of scenes.</summary>
    private bool IsListed(Sample sample) => _samples.IndexOf(sample) % 5 is 0 or 2;

    private async ValueTask WriteAsync(Sample sample, Transform transform, CancellationToken cancellation)
    {
        var picture = transform.Apply(sample.Picture);
        var bytes = transform.IsJpeg
            ? await pool.EncodeJpegAsync(
                picture.Rgb,
                new JpegEncoding(
                    picture.Width,
                    picture.Height,
                    transform.JpegQuality,
                    transform.Format == SampleFormat.JpegCmyk ? JpegColour.Cmyk : JpegColour.Rgb
                ),
                cancellation
            )
            : Transforms.Encode(picture, transform.Format);
        // Thrown away within seconds: nothing here need survive anything.
        await using var file = new FileStream(Path.Combine(folder, sample.Name), FileMode.Create);
        await file.WriteAsync(bytes, cancellation);
    }
}
