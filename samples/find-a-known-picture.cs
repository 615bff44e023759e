#:property PublishAot=false
#:project ../src/Vigil.Matching/Vigil.Matching.csproj
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;

// A picture of 200x150 pixels, 3 bytes each: your decoder gives such a buffer.
var pixels = new byte[200 * 150 * 3];
new Random(1).NextBytes(pixels);
var hasher = new PdqHasher();
var known = hasher.Hash(new PixelView(pixels, 200, 150, PixelLayout.Rgb24));

var info = new ListInfo { Name = "my-list", Purpose = ListPurpose.Harmless };
var entry = new ListEntry
{
    Id = "1",
    Pdq = known.Hash,
    PdqQuality = known.Quality,
};
var index = MatchIndex.Build([new SignalList(info, [entry])]);

for (var i = 0; i < pixels.Length; i += 9)
{
    pixels[i] ^= 15; // A copy that somebody changed a little.
}
var upload = hasher.Hash(new PixelView(pixels, 200, 150, PixelLayout.Rgb24));
foreach (var match in index.Query(new Fingerprint { Pictures = [upload] }))
{
    Console.WriteLine($"{match.Strength} to entry {match.Entry}, {match.DistanceBits} bits apart");
}
