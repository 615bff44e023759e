namespace Vigil.Tests.Media.Decoding;

public class ExactPixelsTests
{
    [Fact]
    public void Every_reference_picture_decodes_to_the_reference_pixels_and_hashes_to_the_reference_hash()
    {
        var vectors = SharedData.Need("vectors/pdq-image-vectors.csv");
        var rows = File.ReadLines(vectors).Skip(1).Select(line => line.Split(',')).ToList();
        var paths = rows.Select(row => SharedData.Need($"images/{row[0]}")).ToArray();

        var files = Probe.Many([], paths);

        Assert.Equal(19, files.Count);
        foreach (var (row, file) in rows.Zip(files))
        {
            var stored = file.Stored;
            Assert.Equal((row[0], row[5]), (row[0], stored.Sha256));
            Assert.Equal((row[0], row[8], row[9]), (row[0], stored.Pdq, $"{stored.Quality}"));
            Assert.False(file.Truncated);
        }
    }
}
