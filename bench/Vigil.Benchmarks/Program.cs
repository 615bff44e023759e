using System.Diagnostics;
using Vigil.Hashing;
using Vigil.Tests.Hashing;

var h = new PdqHasher();
foreach (var (w, hh) in new[] { (512, 512), (1600, 1004), (4032, 3024) })
{
    var px = SyntheticPicture.Make(0, w, hh);
    for (int i = 0; i < 60 && i * (long)w * hh < 200_000_000L; i++)
        h.Hash(new PixelView(px, w, hh, PixelLayout.Rgb24));
    System.Threading.Thread.Sleep(300);
    
    var l = new List<double>();
    for (int i = 0; i < 15; i++)
    {
        var s = Stopwatch.GetTimestamp();
        h.Hash(new PixelView(px, w, hh, PixelLayout.Rgb24));
        l.Add(Stopwatch.GetElapsedTime(s).TotalMilliseconds);
    }
    l.Sort();
    var r = new List<double>();
    for (int i = 0; i < 3; i++)
    {
        var s = Stopwatch.GetTimestamp();
        PdqReference.Hash(px, w, hh, PixelLayout.Rgb24);
        r.Add(Stopwatch.GetElapsedTime(s).TotalMilliseconds);
    }
    r.Sort();
    Console.WriteLine(
        $"{w}x{hh} fast min {l[0]:f2} med {l[7]:f2}  ref min {r[0]:f1} med {r[1]:f1} ratio {r[1] / l[7]:f1}"
    );
}
