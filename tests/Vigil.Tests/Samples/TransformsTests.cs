using Vigil.Cli.Samples;
using Vigil.Hashing;

namespace Vigil.Tests.Samples;

public class TransformsTests
{
    private static readonly Lazy<Picture> Sample = new(() => SampleScenes.Draw(0).Picture);

    [Fact]
    public void There_are_at_least_14_everyday_transformations_with_names_of_their_own()
    {
        Assert.InRange(Transforms.All.Count, 14, 50);
        Assert.Equal(Transforms.All.Count, Transforms.All.Select(t => t.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("resize to half", 320, 240)]
    [InlineData("resize to 200 pixels", 200, 150)]
    [InlineData("crop 5 %", 608, 456)]
    [InlineData("crop 20 %", 512, 384)]
    [InlineData("letterbox", 640, 600)]
    [InlineData("mirror", 640, 480)]
    [InlineData("rotate 90", 480, 640)]
    [InlineData("rotate 180", 640, 480)]
    [InlineData("light blur", 640, 480)]
    public void A_transformed_picture_has_the_size_its_name_says(string name, int width, int height)
    {
        var result = Apply(name);
        Assert.Equal((width, height), (result.Width, result.Height));
    }

    [Fact]
    public void No_transformation_writes_into_the_picture_it_is_given()
    {
        var before = Sample.Value.Rgb.ToArray();
        foreach (var transform in Transforms.All)
        {
            _ = transform.Apply(Sample.Value);
        }
        Assert.Equal(before, Sample.Value.Rgb);
    }

    [Fact]
    public void Turned_pictures_have_their_corners_where_they_belong()
    {
        var (topLeft, picture) = (Sample.Value[0, 0], Sample.Value);
        Assert.Equal(topLeft, Apply("mirror")[639, 0]);
        Assert.Equal(topLeft, Apply("rotate 90")[479, 0]);
        Assert.Equal(topLeft, Apply("rotate 180")[639, 479]);
        Assert.Equal(picture[16, 12], Apply("crop 5 %")[0, 0]);
        Assert.Equal(Colour.Black, Apply("letterbox")[320, 59]);
        Assert.Equal(topLeft, Apply("letterbox")[0, 60]);
        Assert.Equal(Colour.Black, Apply("letterbox")[320, 540]);
    }

    [Theory]
    [InlineData("same pixels, PNG")]
    [InlineData("resize to half")]
    [InlineData("resize to 200 pixels")]
    [InlineData("light blur")]
    [InlineData("gamma 1.4")]
    [InlineData("brightness and contrast")]
    [InlineData("grey")]
    [InlineData("colour tint")]
    [InlineData("1 bit, dithered")]
    [InlineData("small watermark")]
    public void What_keeps_the_picture_recognisable_is_found_by_its_hash(string name)
    {
        var distance = Hash(Apply(name)).DistanceTo(Hash(Sample.Value));
        Assert.InRange(distance, 0, 31);
    }

    [Theory]
    [InlineData("mirror")]
    [InlineData("rotate 90")]
    [InlineData("rotate 180")]
    public void What_is_turned_is_found_by_one_of_the_eight_hashes_only(string name)
    {
        var hashes = new PdqResult[8];
        new PdqHasher().HashDihedral(View(Sample.Value), hashes);
        var result = Hash(Apply(name));
        Assert.Single(hashes, h => h.Hash.DistanceTo(result) <= 10);
        Assert.InRange(result.DistanceTo(hashes[0].Hash), 32, 256);
    }

    [Fact]
    public void Grey_is_grey_and_one_bit_has_two_values()
    {
        var grey = Apply("grey").Rgb;
        Assert.All(grey.Chunk(3).Take(5000), p => Assert.True(p[0] == p[1] && p[1] == p[2]));
        Assert.Equal([(byte)0, (byte)255], Apply("1 bit, dithered").Rgb.Distinct().Order().ToArray());
        Assert.InRange(Brightness(Apply("1 bit, dithered")) - Brightness(Sample.Value), -1, 1);
    }

    [Fact]
    public void A_palette_of_64_colours_has_64_and_stays_near_the_picture()
    {
        var picture = Sample.Value;
        var (palette, indexes) = Quantiser.Reduce(picture, 64);
        Assert.Equal(64, palette.Length);
        Assert.Equal(64, indexes.Distinct().Count());
        double error = 0;
        for (var i = 0; i < indexes.Length; i++)
        {
            error += Math.Abs(palette[indexes[i]].Luma - picture[i % picture.Width, i / picture.Width].Luma);
        }
        Assert.InRange(error / indexes.Length, 0, 8);
    }

    [Fact]
    public void A_picture_of_two_colours_needs_no_more()
    {
        var picture = new Picture(8, 8).Rearrange(8, 8, (x, _) => x < 4 ? Colour.Black : Colour.White);
        var (palette, indexes) = Quantiser.Reduce(picture, 64);
        Assert.Equal(2, palette.Length);
        Assert.NotEqual(indexes[0], indexes[7]);
    }

    [Fact]
    public void Formats_that_need_a_codec_are_left_to_the_worker()
    {
        foreach (var transform in Transforms.All)
        {
            if (transform.IsJpeg)
            {
                Assert.Throws<ArgumentException>(() => Transforms.Encode(Sample.Value, transform.Format));
            }
            else
            {
                var file = Transforms.Encode(transform.Apply(Sample.Value), transform.Format);
                Assert.Equal(transform.Format == SampleFormat.Bmp ? (byte)'B' : (byte)0x89, file[0]);
            }
        }
    }

    private static double Brightness(Picture picture) =>
        picture.Rgb.Chunk(3).Average(p => new Colour(p[0], p[1], p[2]).Luma);

    private static Picture Apply(string name) =>
        Transforms.All.Single(t => t.Name == name).Apply(Sample.Value);

    private static PixelView View(Picture picture) =>
        new(picture.Rgb, picture.Width, picture.Height, PixelLayout.Rgb24);

    private static PdqHash Hash(Picture picture) => new PdqHasher().Hash(View(picture)).Hash;
}
