using Vigil.Media;

namespace Vigil.Tests.Samples;

public class LettersTests
{
    [Fact]
    public void The_mark_can_be_read()
    {
        string[] expected =
        [
            " ####  ###  #   # ####  #     #####",
            "#     #   # ## ## #   # #     #    ",
            "#     #   # # # # #   # #     #    ",
            " ###  ##### # # # ####  #     #### ",
            "    # #   # #   # #     #     #    ",
            "    # #   # #   # #     #     #    ",
            "####  #   # #   # #     ##### #####",
        ];
        var written = Enumerable
            .Range(0, Letters.Rows)
            .Select(row =>
                string.Concat(
                    Enumerable
                        .Range(0, Letters.WidthOf("SAMPLE"))
                        .Select(x => Letters.IsInk("SAMPLE", x, row) ? '#' : ' ')
                )
            );
        Assert.Equal(expected, written);
    }

    [Fact]
    public void Every_letter_and_digit_has_a_form_of_its_own_and_nothing_stands_outside()
    {
        var forms = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
            .Select(letter =>
                string.Concat(
                    from row in Enumerable.Range(0, Letters.Rows)
                    from column in Enumerable.Range(0, Letters.Columns)
                    select Letters.IsInk($"{letter}", column, row) ? '#' : '.'
                )
            )
            .ToArray();
        Assert.Equal(36, forms.Distinct().Count());
        Assert.All(forms, form => Assert.Contains('#', form));
        Assert.False(Letters.IsInk("A", -1, 3));
        Assert.False(Letters.IsInk("A", 0, -1));
        Assert.False(Letters.IsInk("A", 0, 7));
        Assert.False(Letters.IsInk("A", 5, 3));
        Assert.False(Letters.IsInk("\u00e9", 2, 3));
    }
}
