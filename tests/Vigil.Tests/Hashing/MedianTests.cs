using Vigil.Hashing.Pdq;
using Vigil.Tests.Files;

namespace Vigil.Tests.Hashing;

/// <summary>The median by selection against the sorted one.</summary>
public class MedianTests
{
    [Fact]
    public void The_selected_median_is_the_sorted_one_with_ties_and_signed_zeros_too()
    {
        var random = Effort.NewRandom();
        var values = new float[PdqTransform.Coefficients];
        for (var round = 0; round < 2000; round++)
        {
            foreach (ref var value in values.AsSpan())
            {
                value = (round % 4) switch
                {
                    0 => random.NextSingle() - 0.5f,
                    1 => random.Next(-2, 3) * 0.25f,
                    2 => random.Next(2) == 0 ? -0f : 0f,
                    _ => (float)Math.ScaleB(random.NextDouble() - 0.5, random.Next(-120, 120)),
                };
            }
            Assert.Equal(values.Order().ElementAt(127), PdqTransform.LowerMedian(values));
        }
    }
}
